import {existsSync, readFileSync} from 'node:fs'

import {LineCounter, parseDocument, type Document} from 'yaml'

import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'
import {searchPath} from './clouds-path.ts'
import {cloudOptions, type CloudOptionName, type CloudSettings} from './options.ts'

type Tree = {[key: string]: unknown}

/**
 * The settings of one cloud of clouds.yaml, with what its vendor profile (clouds-public.yaml) and secure.yaml add.
 * Files are found where openstacksdk finds them: openstack/config/loader.py, CONFIG_SEARCH_PATH and _load_config_file.
 * @throws UsageError when there is no such file or cloud, or the file is not YAML
 */
export function readCloudsYaml(name: string, env: NodeJS.ProcessEnv): CloudSettings {
  const clouds = find('clouds', env['OS_CLIENT_CONFIG_FILE'])
  if (!clouds)
    throw new UsageError(`there is no clouds.yaml to find the cloud "${name}" in`, [
      `looked for ${searchPath('clouds').join(', ')}`,
    ])
  const sections = clouds.tree['clouds']
  const section = isTree(sections) ? sections[name] : undefined
  if (!isTree(section)) {
    const names = isTree(sections) ? Object.keys(sections) : []
    if (names.includes(name)) throw new UsageError(`cloud "${name}" of ${clouds.file} is not a section of settings`)
    const near = didYouMean(name, names)
    throw new UsageError(`${clouds.file} has no cloud "${name}"${near ? `; did you mean "${near}"?` : ''}`, [
      names.length > 0 ? `it has ${names.join(', ')}` : 'it has none: its clouds stand under the key "clouds"',
    ])
  }
  const secure = find('secure', env['OS_CLIENT_SECURE_FILE'])
  const secureSections = secure?.tree['clouds']
  const secureSection = isTree(secureSections) ? secureSections[name] : undefined
  const merged = merge(merge(vendorProfile(section), section), isTree(secureSection) ? secureSection : {})
  return settingsOf(merged, `cloud "${name}" of ${clouds.file}`)
}

/** `profile: NAME` (older: `cloud: NAME`) names a section of clouds-public.yaml that gives the rest. */
function vendorProfile(section: Tree): Tree {
  const profile = section['profile'] ?? section['cloud']
  if (typeof profile !== 'string') return {}
  const vendors = find('clouds-public', undefined)
  const profiles = vendors?.tree['public-clouds']
  const found = isTree(profiles) ? profiles[profile] : undefined
  if (isTree(found)) return found
  throw new UsageError(`no clouds-public.yaml has the profile "${profile}"`, [
    `looked for ${searchPath('clouds-public').join(', ')}`,
  ])
}

function find(name: string, override: string | undefined): {file: string; tree: Tree} | undefined {
  const file = [...(override ? [override] : []), ...searchPath(name)].find((candidate) => existsSync(candidate))
  return file === undefined ? undefined : {file, tree: parse(file)}
}

function parse(file: string): Tree {
  const lines = new LineCounter()
  const document = parseDocument(read(file), {merge: true, lineCounter: lines, prettyErrors: false})
  const [error] = document.errors
  if (error) {
    const {line, col} = lines.linePos(error.pos[0])
    // The message of the parser may quote the line, which may hold a password: its code says enough.
    throw new UsageError(`${file}:${line}:${col} is not YAML: ${error.code.toLowerCase().replaceAll('_', ' ')}`)
  }
  const tree: unknown = plain(document, file)
  if (!isTree(tree)) throw new UsageError(`${file}: expected a key "clouds" with a section for each cloud`)
  return tree
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

function plain(document: Document, file: string): unknown {
  try {
    return document.toJS()
  } catch {
    // An anchor that there is not, or thousands of copies of one.
    throw new UsageError(`${file}: its aliases (*name) lead nowhere, or to too much`)
  }
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Later wins; the nested `auth` is merged key by key, as openstacksdk does (_auth_update). */
function merge(base: Tree, over: Tree): Tree {
  const auth = {...(isTree(base['auth']) ? base['auth'] : {}), ...(isTree(over['auth']) ? over['auth'] : {})}
  return {...base, ...over, auth}
}

function settingsOf(section: Tree, from: string): CloudSettings {
  const settings: CloudSettings = {}
  for (const [name, option] of Object.entries(cloudOptions) as [CloudOptionName, {yaml: readonly string[]}][]) {
    for (const path of option.yaml) {
      const value = path.split('.').reduce<unknown>((node, key) => (isTree(node) ? node[key] : undefined), section)
      if (value === undefined || value === null || settings[name]) continue
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
        throw new UsageError(`${from}: ${path} is not a single value`)
      settings[name] = {value: String(value), from: `${path} in ${from}`}
    }
  }
  // `verify: false` is openstacksdk's way to say insecure.
  if (section['verify'] === false) settings.insecure ??= {value: 'true', from: `verify in ${from}`}
  const region = firstRegion(section)
  if (region) settings['os-region-name'] ??= {value: region, from: `regions in ${from}`}
  return settings
}

/** `regions` is a list of names, or of objects with a name; openstacksdk takes the first when none is asked for. */
function firstRegion({regions}: Tree): string | undefined {
  const first: unknown = Array.isArray(regions) ? regions[0] : undefined
  const name = isTree(first) ? first['name'] : first
  return typeof name === 'string' ? name : undefined
}
