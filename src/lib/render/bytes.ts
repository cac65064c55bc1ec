const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** About so much: `0 bytes`, `916 KiB`, `1.5 MiB`. */
export function bytesInWords(bytes: number): string {
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)))
  const amount = bytes / 1024 ** unit
  return `${unit === 0 || amount >= 9.95 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`
}
