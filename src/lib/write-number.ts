/** Writes a number as JavaScript does, without a text in between; gives where it ends. It has 25 characters at most. */
export function writeNumber(bytes: Buffer, start: number, value: number): number {
  // A double divided exactly is the one that is nearest to the decimal: most measures have three places or fewer.
  const thousandths = Math.round(value * 1000)
  if (thousandths / 1000 === value && thousandths < 2 ** 31 && thousandths > -(2 ** 31))
    return writeThousandths(bytes, start, thousandths)
  return start + bytes.write(String(value), start)
}

function writeThousandths(bytes: Buffer, start: number, thousandths: number): number {
  let at = start
  if (thousandths < 0) bytes[at++] = 45
  const all = Math.abs(thousandths)
  const whole = Math.trunc(all / 1000)
  let places = all % 1000
  at = writeWhole(bytes, at, whole)
  if (places === 0) return at
  bytes[at++] = 46
  for (let unit = 100; places > 0; places %= unit, unit /= 10) bytes[at++] = 48 + Math.trunc(places / unit)
  return at
}

/** The digits of a whole number below 1e21, not negative; gives where they end. */
export function writeWhole(bytes: Buffer, start: number, whole: number): number {
  if (whole >= 2 ** 31) return start + bytes.write(String(whole), start)
  // To divide integers takes a fifth of the time that doubles take, which `whole` may be one of.
  const integer = whole | 0
  let end = start + 1
  for (let rest = integer; rest >= 10; rest = (rest / 10) | 0) end++
  for (let index = end - 1, rest = integer; index >= start; index--, rest = (rest / 10) | 0)
    bytes[index] = 48 + (rest % 10)
  return end
}
