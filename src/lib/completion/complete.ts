import type {Kind} from './kinds.ts'
import type {CompletionTable, KnownCommand, KnownFlag} from './table.ts'

export interface Candidate {
  value: string
  text?: string
  /** More of the same word may follow: no space after it. */
  open?: true
}

/** The names there are of a kind, as far as they are known. */
export type NamesOf = (kind: Kind, prefix: string) => Promise<Candidate[]>

/** A command line as far as it is typed. */
export interface TypedLine {
  id: string | undefined
  command: KnownCommand | undefined
  /** Words of the command's name that are typed, whether or not they make one. */
  path: string[]
  positionals: number
  flags: Record<string, KnownFlag>
  /** Flags with their values, by the name they have in the table. */
  given: Map<string, string>
  /** The flag whose value comes next. */
  awaiting: KnownFlag | undefined
  /** After `--` there are no flags. */
  ended: boolean
}

/** What the last of `words` may become, all that is before it being typed; without the program's own name. */
export async function complete(
  table: CompletionTable,
  words: readonly string[],
  namesOf: NamesOf,
): Promise<Candidate[]> {
  const word = words.at(-1) ?? ''
  const line = readLine(table, words.slice(0, -1))
  const begins = ({value}: Candidate) => value.startsWith(word)
  if (line.awaiting) return (await valuesOf(line.awaiting, word, namesOf)).filter(begins)
  if (word.startsWith('-') && !line.ended) return flagCandidates(line, word, namesOf)
  const next =
    line.command?.arguments[line.positionals] ?? (line.command?.many ? line.command.arguments.at(-1) : undefined)
  const values = next ? await valuesOf(next, word, namesOf) : []
  return [...commandCandidates(table, line), ...values].filter(begins)
}

/** Reads what is typed before the word that is being completed. */
export function readLine(table: CompletionTable, words: readonly string[]): TypedLine {
  const line: TypedLine = {
    id: undefined,
    command: undefined,
    path: [],
    positionals: 0,
    flags: table.globalFlags,
    given: new Map(),
    awaiting: undefined,
    ended: false,
  }
  let awaited = ''
  for (const word of words) {
    if (line.awaiting) {
      line.given.set(awaited, word)
      line.awaiting = undefined
    } else if (word === '--') line.ended = true
    else if (word.startsWith('-') && !line.ended) awaited = takeFlag(line, word)
    else takeWord(table, line, word)
  }
  return line
}

function takeFlag(line: TypedLine, word: string): string {
  const [spelling = '', ...value] = word.split('=')
  const [name, flag] = findFlag(line.flags, spelling) ?? []
  if (name === undefined || !flag) return ''
  line.given.set(name, value.join('='))
  // `-fjson` has its value with it.
  const whole = value.length > 0 || (!spelling.startsWith('--') && spelling.length > 2)
  if (flag.value && !whole) line.awaiting = flag
  return name
}

const findFlag = (flags: Record<string, KnownFlag>, spelling: string): [string, KnownFlag] | undefined =>
  Object.entries(flags).find(([name, {aliases, letter}]) =>
    spelling.startsWith('--')
      ? name === spelling.slice(2) || aliases?.includes(spelling.slice(2))
      : letter !== undefined && spelling[1] === letter,
  )

function takeWord(table: CompletionTable, line: TypedLine, word: string): void {
  // `help metric list` is `metric list --help`.
  if (word === 'help' && line.path.length === 0 && line.positionals === 0) return
  const path = [...line.path, ...word.split(':')]
  const ids = [path, [table.alsoCalled[path[0]!] ?? '', ...path.slice(1)]].map((words) => words.join(':'))
  const id = ids.find((candidate) => Object.hasOwn(table.commands, candidate))
  const known = Object.keys(table.commands)
  if (line.positionals === 0 && (id ?? known.some((one) => ids.some((part) => one.startsWith(`${part}:`))))) {
    line.path = path
    line.id = id
    line.command = id === undefined ? undefined : table.commands[id]
    line.flags = {...table.globalFlags, ...line.command?.flags}
  } else line.positionals++
}

function commandCandidates(
  {commands, topics, alsoCalled}: CompletionTable,
  {path, positionals}: TypedLine,
): Candidate[] {
  if (positionals > 0) return []
  const found = new Map<string, string>()
  const paths = [path, ...(path[0] && alsoCalled[path[0]] ? [[alsoCalled[path[0]]!, ...path.slice(1)]] : [])]
  for (const [id, {text, hidden}] of Object.entries(commands)) {
    const words = id.split(':')
    if (hidden || !paths.some((typed) => typed.every((word, index) => words[index] === word))) continue
    const next = words[path.length]
    if (next === undefined) continue
    const own = words.length === path.length + 1
    if (own || !found.has(next)) found.set(next, own ? text : (topics[words.slice(0, path.length + 1).join(':')] ?? ''))
  }
  return [...found].map(([value, text]) => ({value, text}))
}

async function flagCandidates({flags, given}: TypedLine, word: string, namesOf: NamesOf): Promise<Candidate[]> {
  const equals = word.indexOf('=')
  if (equals !== -1) {
    const [, flag] = findFlag(flags, word.slice(0, equals)) ?? []
    if (!flag?.value) return []
    const name = word.slice(0, equals + 1)
    const typed = word.slice(equals + 1)
    const values = (await valuesOf(flag, typed, namesOf)).filter(({value}) => value.startsWith(typed))
    return values.map((candidate) => ({...candidate, value: name + candidate.value}))
  }
  const offered = Object.entries(flags)
    .filter(([name, {hidden, again}]) => !hidden && (again ?? !given.has(name)))
    .map(([name, {text}]) => ({value: `--${name}`, text}))
  return [...offered, {value: '--help', text: 'show help'}].filter(({value}) => value.startsWith(word))
}

async function valuesOf(
  {options, kind}: {options?: readonly string[]; kind?: Kind},
  word: string,
  namesOf: NamesOf,
): Promise<Candidate[]> {
  if (options) return options.map((value) => ({value}))
  return kind ? namesOf(kind, word) : []
}
