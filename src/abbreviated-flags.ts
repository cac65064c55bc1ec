import {UsageError} from './lib/errors.ts'
import {flagOf, isApart, spellingsOf, type Flag} from './repeated-flags.ts'

export type Flags = Readonly<Record<string, Flag>>

/**
 * The line with the command's long flags in full: argparse, and so the official client, takes `--gran 60` for
 * `--granularity 60`, where oclif knows whole names alone. Those that every command has are not cut short there.
 * @throws UsageError for a beginning that several flags have
 */
export function withFullNames(argv: readonly string[], own: Flags, global: Flags): string[] {
  const line = [...argv]
  for (let at = 0; at < line.length && line[at] !== '--'; at++) {
    const [spelling, ...value] = line[at]!.split('=') as [string, ...string[]]
    if (!spelling.startsWith('-')) continue
    line[at] = [fullName(spelling, own, global), ...value].join('=')
    // What follows is its value, whatever it looks like.
    if (isApart(line[at]!) && flagOf(line[at]!, {...global, ...own}, ({type}) => type === 'option')) at++
  }
  return line
}

/**
 * `--granularity` for `--gran`; the same for a name that is whole, or that no flag begins with.
 * @throws UsageError for a beginning that several flags have
 */
export function fullName(spelling: string, own: Flags, global: Flags): string {
  const beginning = spelling.slice(2)
  if (!spelling.startsWith('--') || beginning === '') return spelling
  if ([own, global].some((flags) => Object.entries(flags).some((entry) => spellingsOf(...entry).includes(beginning))))
    return spelling
  const begun = Object.entries(own).filter((entry) => spellingsOf(...entry).some((one) => one.startsWith(beginning)))
  // What help does not show is meant where nothing else can be.
  const shown = begun.filter(([, {hidden}]) => !hidden)
  const names = (shown.length > 0 ? shown : begun).map(([name]) => `--${name}`)
  if (names.length > 1)
    throw new UsageError(`${spelling} may be ${names.join(' or ')}`, ['write so much of it that only one is meant'])
  return names[0] ?? spelling
}
