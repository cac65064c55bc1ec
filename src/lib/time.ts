import {UsageError} from './errors.ts'
import {lastSecond, likelyUnitAsked, parseDuration} from './duration.ts'
import {parseIso8601} from './iso-8601.ts'

/** ISO 8601 in UTC with `Z`, and milliseconds only where there are any: the one way times are written. */
export function isoTime(at: Date): string {
  const text = at.toISOString()
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text
}

/**
 * A moment as people write it: ISO 8601 (no offset means UTC, as in Gnocchi), Unix seconds, `now`, or `-1h` before now.
 * @throws UsageError
 */
export function parseTime(text: string, now: Date): Date {
  const trimmed = text.trim()
  const at = moment(trimmed, now)
  // A Date in milliseconds, taken for seconds, is beyond the last one.
  if (!at || Number.isNaN(at.getTime()) || at.getTime() < 0 || at.getTime() > lastSecond * 1000)
    throw new UsageError(
      `"${text}" is not a time${likelyUnitAsked(trimmed)}; write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago`,
    )
  return at
}

function moment(text: string, now: Date): Date | undefined {
  if (text === 'now') return now
  if (text.startsWith('-')) return new Date(now.getTime() - parseDuration(text.slice(1)) * 1000)
  if (/^\d{5,}(\.\d+)?$/.test(text)) return new Date(Number(text) * 1000)
  const written = parseIso8601(text)
  return written && new Date(written.wallMilliseconds - (written.aheadMinutes ?? 0) * 60_000)
}
