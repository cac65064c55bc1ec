import {globSync, readFileSync, statSync} from 'node:fs'
import {homedir} from 'node:os'
import {isAbsolute, join} from 'node:path'

import {parse} from 'ssh-config'

import {UsageError} from '../errors.ts'
import {glob} from '../glob.ts'
import {
  at,
  homeOf,
  hostNameOf,
  ownName,
  settle,
  sshFolder,
  userOf,
  withoutIt,
  type ConfigLine,
  type Given,
  type Search,
  type SshSettings,
} from './ssh-settings.ts'

/** @throws UsageError for what cannot be read or cannot be */
export type SettingsOf = (host: string, given: Given) => SshSettings

/**
 * ssh_config(5): `choice` is a file, `none`, or undefined for ~/.ssh/config and /etc/ssh/ssh_config. The package reads
 * lines (quotes, comments, `=`); what they mean is here, since its own evaluation looks names up by running programs,
 * takes "HostName" in one spelling only, and knows neither Include nor negation in Match. `say` is told what is left out.
 */
export function openSshConfig(choice: string | undefined, say: (line: string) => void): SettingsOf {
  const said = new Set<string>()
  const reader: Reader = {
    read: once((file) => readLines(file, choice === undefined)),
    sayOnce(words) {
      if (!said.has(words)) say(words)
      said.add(words)
    },
  }
  const files = filesOf(choice)
  // A file that is broken is told at the start, not with each host.
  for (const {file, needed} of files) {
    if (needed) statNeeded(file)
    reader.read(file)
  }
  return (host, given) => settle(findAll(files, reader, host, given))
}

interface Reader {
  read(file: string): ConfigLine[]
  sayOnce(words: string): void
}

interface ConfigFile {
  file: string
  /** Where relative paths of Include begin. */
  base: string
  needed?: true
}

function filesOf(choice: string | undefined): ConfigFile[] {
  if (choice === 'none') return []
  if (choice !== undefined) return [{file: choice, base: sshFolder(), needed: true}]
  return [
    {file: join(sshFolder(), 'config'), base: sshFolder()},
    {file: '/etc/ssh/ssh_config', base: '/etc/ssh'},
  ]
}

function statNeeded(file: string): void {
  if (!statSync(file, {throwIfNoEntry: false})?.isFile())
    throw new UsageError(`--ssh-config: there is no file ${file}`, ['--ssh-config none does without'])
}

function once<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>()
  return (key) => {
    if (!made.has(key)) made.set(key, make(key))
    return made.get(key)!
  }
}

function readLines(file: string, checked: boolean): ConfigLine[] {
  let text: string
  try {
    const status = statSync(file)
    if (!status.isFile()) return []
    // As OpenSSH: whoever may write here says where passwords go.
    if (
      checked &&
      file.startsWith(homedir()) &&
      (![0, process.getuid?.()].includes(status.uid) || (status.mode & 0o022) !== 0)
    )
      throw new UsageError(`${file} may be written by others: chmod go-w ${file}`, withoutIt)
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof UsageError) throw error
    const {code} = error as NodeJS.ErrnoException
    // A service may not see the home folder (ProtectHome): ssh does without such a file, too.
    if (code === 'ENOENT' || code === 'ENOTDIR' || (checked && code === 'EACCES')) return []
    throw new UsageError(`${file}: cannot be read (${code})`, withoutIt)
  }
  return text.split(/\r?\n|\r/).flatMap((words, index) => readLine(words, file, index + 1))
}

/** One line at a time, as ssh reads, so that a mistake has its line. */
function readLine(words: string, file: string, line: number): ConfigLine[] {
  const mistake = (what: string) => new UsageError(`${file}:${line}: ${what}`, withoutIt)
  const content = words.trim()
  if (content === '' || content.startsWith('#')) return []
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(content)
  } catch {
    throw mistake('quotes or words are missing')
  }
  const [directive] = parsed
  if (!directive || !('param' in directive) || directive.param === '') throw mistake('this is no setting')
  const {param, value} = directive
  const values = typeof value === 'string' ? [value] : value.map(({val}) => val)
  if (values.every((one) => one === '')) throw mistake(`${param} has no value`)
  return [{file, line, keyword: param.toLowerCase(), values}]
}

function findAll(files: ConfigFile[], reader: Reader, host: string, given: Given): Search {
  const search: Search = {
    originalHost: host,
    host,
    given,
    final: false,
    found: new Map(),
    identityFiles: [],
    finalWanted: false,
  }
  const pass = () => files.forEach(({file, base}) => apply(reader.read(file), base, search, reader, 0))
  pass()
  if (search.finalWanted) {
    search.final = true
    search.host = hostNameOf(search)
    pass()
  }
  return search
}

/** A Host or Match holds until the next one, or the end of its file. */
function apply(lines: ConfigLine[], base: string, search: Search, reader: Reader, depth: number): void {
  let active = true
  for (const line of lines) {
    if (line.keyword === 'host') active = matchesAny(line.values, search.host)
    else if (line.keyword === 'match') active = meets(line, search, reader)
    else if (!active) continue
    else if (line.keyword === 'include') {
      // 16 is OpenSSH's limit too.
      if (depth >= 16) throw at(line, 'Include leads in a circle')
      for (const file of line.values.flatMap((pattern) => included(pattern, base)))
        apply(reader.read(file), base, search, reader, depth + 1)
    } else keep(line, search)
  }
}

function included(pattern: string, base: string): string[] {
  const full = homeOf(pattern)
  return globSync(isAbsolute(full) ? full : join(base, full)).sort()
}

function keep(line: ConfigLine, {found, identityFiles}: Search): void {
  if (line.keyword === 'identityfile') {
    if (!identityFiles.some(({values}) => values[0] === line.values[0])) identityFiles.push(line)
    return
  }
  // These two are one setting: ssh_config(5), ProxyJump.
  const rival = {proxyjump: 'proxycommand', proxycommand: 'proxyjump'}[line.keyword]
  if (found.has(line.keyword) || (rival !== undefined && found.has(rival))) return
  found.set(line.keyword, line)
}

/** A list of patterns of which one must fit, and none that begins with `!`. */
function matchesAny(patterns: readonly string[], name: string): boolean {
  if (patterns.some((pattern) => pattern.startsWith('!') && glob(pattern.slice(1), name))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && glob(pattern, name))
}

function meets(line: ConfigLine, search: Search, reader: Reader): boolean {
  const {values} = line
  let all = true
  for (let index = 0; index < values.length; index++) {
    const word = values[index]!.toLowerCase()
    const negated = word.startsWith('!')
    const keyword = negated ? word.slice(1) : word
    if (keyword === 'all') continue
    if (keyword === 'final' || keyword === 'canonical') {
      if (keyword === 'final') search.finalWanted = true
      all &&= search.final !== negated
      continue
    }
    const list = (values[++index] ?? '').split(',')
    const name = criteria.get(keyword)?.(search)
    if (name === undefined) {
      if (all)
        reader.sayOnce(
          keyword === 'exec'
            ? `${line.file}:${line.line}: Match exec is never run; the block is left out`
            : `${line.file}:${line.line}: Match ${keyword} is not known; the block is left out`,
        )
      return false
    }
    all &&=
      matchesAny(
        list.map((one) => one.toLowerCase()),
        name.toLowerCase(),
      ) !== negated
  }
  return all
}

const criteria = new Map<string, (search: Search) => string>([
  ['host', (search) => hostNameOf(search)],
  ['originalhost', ({originalHost}) => originalHost],
  ['user', (search) => userOf(search)],
  ['localuser', () => ownName()],
])
