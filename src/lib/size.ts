import {UsageError} from './errors.ts'

const factors = {'': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4} as const

/**
 * Bytes of a size as people write it: `1048576`, `500M`, `2G`, `2GiB`; the units are powers of 1024.
 * @throws UsageError when it is not one, or is below 64 KiB, which not even an empty spool keeps
 */
export function parseSize(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? []
  const bytes =
    amount === undefined ? 0 : Math.floor(Number(amount) * factors[(unit ?? '').toLowerCase() as keyof typeof factors])
  if (amount === undefined || !Number.isSafeInteger(bytes))
    throw new UsageError(`"${text}" is not a size; write 500M, 2G or a number of bytes`)
  if (bytes < 65_536) throw new UsageError(`${text} is too small for a spool; the least is 64K`)
  return bytes
}

const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** About so much: `0 bytes`, `916 KiB`, `1.5 MiB`. */
export function bytesInWords(bytes: number): string {
  if (Math.round(bytes) < 1024) return `${Math.round(bytes)} byte${Math.round(bytes) === 1 ? '' : 's'}`
  let amount = bytes / 1024
  let unit = 0
  for (; Math.round(amount) >= 1024 && unit < units.length - 1; unit++) amount /= 1024
  return `${amount >= 9.95 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`
}
