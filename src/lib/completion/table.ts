// What can be completed, as small as it can be said: read at each press of Tab.
import {kindOfArgument, kindOfFlag, type Kind} from './kinds.ts'

export interface KnownFlag {
  text: string
  letter?: string
  /** Takes a value, perhaps one of these, or of that kind. */
  value?: true
  options?: readonly string[]
  kind?: Kind
  /** May be given again. */
  again?: true
  /** Taken, and not offered. */
  hidden?: true
  aliases?: readonly string[]
}

export interface KnownCommand {
  text: string
  arguments: {options?: readonly string[]; kind?: Kind}[]
  /** Takes any number of what its last argument is. */
  many?: true
  hidden?: true
  flags: Record<string, KnownFlag>
}

export interface CompletionTable {
  topics: Record<string, string>
  /** By id: `archive-policy:list`. */
  commands: Record<string, KnownCommand>
  /** Those that every command has. */
  globalFlags: Record<string, KnownFlag>
  alsoCalled: Record<string, string>
}

interface ManifestFlag {
  type: string
  char?: string | undefined
  description?: string | undefined
  options?: readonly string[] | undefined
  multiple?: boolean | undefined
  hidden?: boolean | undefined
  aliases?: readonly string[] | undefined
}

interface ManifestCommand {
  summary?: string | undefined
  hidden?: boolean | undefined
  flags: Record<string, ManifestFlag>
  args: Record<string, {options?: readonly string[] | undefined; multiple?: boolean | undefined}>
}

/**
 * The table of oclif's manifest and the topics of package.json.
 * @param shared names of the flags that every command has
 * @param columns what `--column` and `--sort-column` may be, by command
 */
export function completionTable(
  commands: Record<string, ManifestCommand>,
  topics: Record<string, {description: string}>,
  shared: readonly string[],
  alsoCalled: Record<string, string>,
  columns: Record<string, readonly string[]>,
): CompletionTable {
  const [[, first]] = Object.entries(commands) as [[string, ManifestCommand]]
  const isShared = (name: string, flag: ManifestFlag) =>
    shared.includes(name) && JSON.stringify(flag) === JSON.stringify(first.flags[name])
  return {
    topics: Object.fromEntries(Object.entries(topics).map(([id, {description}]) => [id, description])),
    commands: Object.fromEntries(
      Object.entries(commands).map(([id, command]) => [id, knownCommand(id, command, isShared, columns[id])]),
    ),
    globalFlags: Object.fromEntries(shared.map((name) => [name, knownFlag(name, first.flags[name]!)])),
    alsoCalled,
  }
}

function knownCommand(
  id: string,
  {summary = '', hidden, flags, args}: ManifestCommand,
  isShared: (name: string, flag: ManifestFlag) => boolean,
  columns: readonly string[] | undefined,
): KnownCommand {
  const own = Object.entries(flags).filter(([name, flag]) => !isShared(name, flag))
  return {
    text: summary,
    arguments: Object.entries(args).map(([name, {options}]) => {
      const kind = kindOfArgument(id, name)
      return {...(options ? {options} : {}), ...(kind ? {kind} : {})}
    }),
    ...(Object.values(args).some(({multiple}) => multiple) ? {many: true} : {}),
    ...(hidden ? {hidden: true} : {}),
    flags: Object.fromEntries(
      own.map(([name, flag]) => [
        name,
        knownFlag(name, name === 'column' || name === 'sort-column' ? {...flag, options: columns} : flag),
      ]),
    ),
  }
}

function knownFlag(
  name: string,
  {type, char, description = '', options, multiple, hidden, aliases}: ManifestFlag,
): KnownFlag {
  const kind = kindOfFlag(name)
  return {
    text: description,
    ...(char ? {letter: char} : {}),
    ...(type === 'option' ? {value: true, ...(options ? {options} : {}), ...(kind ? {kind} : {})} : {}),
    ...(multiple ? {again: true} : {}),
    ...(hidden ? {hidden: true} : {}),
    ...(aliases ? {aliases} : {}),
  }
}
