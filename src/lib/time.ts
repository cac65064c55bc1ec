/** ISO 8601 in UTC with `Z`, and milliseconds only where there are any: the one way times are written. */
export function isoTime(at: Date): string {
  const text = at.toISOString()
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text
}
