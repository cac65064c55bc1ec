import {readFileSync, readdirSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'

import {configFolder} from '../folders.ts'
import {searchPath} from '../keystone/clouds-path.ts'
import type {Candidate, NamesOf} from './complete.ts'
import type {Indexed} from './kinds.ts'

/** A list longer than this is of no use, and a shell takes long over it. */
const most = 1000

/**
 * Names of every kind. `--config` on the line says where hosts are looked for.
 * @param onCloud asked for only where a name on the cloud is wanted
 */
export const namesFrom =
  (
    flags: ReadonlyMap<string, string>,
    env: NodeJS.ProcessEnv,
    onCloud: (kind: Indexed) => Promise<readonly string[]>,
  ): NamesOf =>
  async (kind, prefix) => {
    if (kind === 'file') return files(prefix)
    if (kind === 'host') return plain(hosts(flags.get('config') ?? env['GNOCCHICTL_CONFIG']))
    if (kind === 'cloud') return plain(clouds(env['OS_CLIENT_CONFIG_FILE']))
    return within(await onCloud(kind), prefix)
  }

const plain = (names: readonly string[]): Candidate[] => names.map((value) => ({value}))

/** Of `host/metric`, the host first: a thousand hosts with ten metrics each are not ten thousand lines. */
function within(names: readonly string[], prefix: string): Candidate[] {
  const found = new Map<string, Candidate>()
  for (const name of names) {
    if (!name.startsWith(prefix)) continue
    const slash = name.indexOf('/', prefix.length)
    const value = slash === -1 ? name : name.slice(0, slash + 1)
    found.set(value, slash === -1 ? {value} : {value, open: true})
    if (found.size === most) break
  }
  return [...found.values()]
}

function files(prefix: string): Candidate[] {
  const slash = prefix.lastIndexOf('/') + 1
  const folder = prefix.slice(0, slash)
  const read = attempt(() => readdirSync(folder.replace(/^~(?=\/)/, homedir()) || '.', {withFileTypes: true})) ?? []
  return read
    .filter(({name}) => name.startsWith(prefix.slice(slash)) && (prefix.length > slash || !name.startsWith('.')))
    .slice(0, most)
    .map((entry) =>
      entry.isDirectory() ? {value: `${folder}${entry.name}/`, open: true} : {value: folder + entry.name},
    )
}

/** Names of the hosts file, without the check of the whole that the commands do: 30 ms. */
function hosts(named: string | undefined): string[] {
  const text = firstText(named ? [named] : ['config.json', join(configFolder(), 'config.json')])
  const file = attempt(() => JSON.parse(withoutComments(text)) as {hosts?: {name?: unknown; ip?: unknown}[]})
  return (file?.hosts ?? []).map(({name, ip}) => name ?? ip).filter((name) => typeof name === 'string')
}

const withoutComments = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|\/\/.*|\/\*[^]*?\*\/|,(?=\s*[\]}])/g, (found) => (found.startsWith('"') ? found : ''))

/** Sections under `clouds:`, without a parser of YAML: 20 ms. */
function clouds(named: string | undefined): string[] {
  const text = firstText([...(named ? [named] : []), ...searchPath('clouds')])
  if (text.startsWith('{')) return Object.keys(attempt(() => (JSON.parse(text) as {clouds: object}).clouds) ?? {})
  const [, under = ''] = /^clouds:[^\n]*\n((?:[ \t]+.*\n|[ \t]*#.*\n|\n)*)/m.exec(`${text}\n`) ?? []
  const indent = /^([ \t]+)[^\s#]/m.exec(under)?.[1] ?? ''
  const section = new RegExp(`^${indent}(["']?)([^\\s"'#:]+)\\1[ \\t]*:`, 'gm')
  return [...under.matchAll(section)].map(([, , name]) => name!)
}

function firstText(candidates: readonly string[]): string {
  for (const file of candidates) {
    const text = attempt(() => readFileSync(file, 'utf8'))
    if (text !== undefined) return text
  }
  return ''
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
