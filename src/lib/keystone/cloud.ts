import {readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import tls from 'node:tls'

import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'
import type {Tls} from '../http.ts'
import {authMethods, type AuthMethod, type AuthType} from './auth-methods.ts'
import {cloudOptions, type CloudOption, type CloudOptionName, type CloudSettings, type Setting} from './options.ts'

/** Which cloud, as whom: everything needed to log in, read once and checked. */
export interface Cloud {
  type: AuthType
  method: AuthMethod
  settings: CloudSettings
  tls: Tls
  /** How long to wait for an answer; undefined: as long as the door to HTTP does. */
  timeoutSeconds: number | undefined
}

export type CloudFlags = Partial<
  Record<CloudOptionName | `os-metric-${string}` | 'os-cloud', string | boolean | undefined>
>

/**
 * The cloud that flags, variables and clouds.yaml describe, in this order, option by option. A cloud named by the flag
 * `--os-cloud` is a flag too: it outranks the variables that a forgotten openrc left in the shell.
 * @throws UsageError naming the place of what is wrong or missing
 */
export async function resolveCloud(flags: CloudFlags, env: NodeJS.ProcessEnv): Promise<Cloud> {
  const name = flags['os-cloud'] ?? env['OS_CLOUD']
  // Loaded only where a cloud is named: reading YAML takes a tenth of a short command's time.
  const named =
    typeof name === 'string' && name !== '' ? (await import('./clouds-yaml.ts')).readCloudsYaml(name, env) : {}
  const given = {...fromFlags(flags)}
  const settings =
    flags['os-cloud'] === undefined ? {...named, ...fromEnv(env), ...given} : {...fromEnv(env), ...named, ...given}
  const version = settings['os-identity-api-version']
  if (version && !/^v?3(\.\d+)?$/.test(version.value))
    throw new UsageError(`${version.from}: Keystone's API is version 3; ${version.value} was removed from it`)
  const api = settings['gnocchi-api-version']
  if (api && !/^v?1(\.\d+)?$/.test(api.value))
    throw new UsageError(`${api.from}: Gnocchi's API is version 1; it has no ${api.value}`)
  const type = authType(settings)
  const method = authMethods[type]
  method.check(settings)
  checkAddress(settings['os-auth-url'])
  checkAddress(settings['os-endpoint-override'])
  return {type, method, settings, tls: tlsOf(settings), timeoutSeconds: secondsOf(settings.timeout)}
}

const fromFlags = (flags: CloudFlags): CloudSettings =>
  collect((name, {metricFlag = name}) => {
    const given = [metricFlag, name].find((flag) => flags[flag as CloudOptionName] !== undefined)
    return given === undefined ? undefined : {value: String(flags[given as CloudOptionName]), from: `--${given}`}
  })

const fromEnv = (env: NodeJS.ProcessEnv): CloudSettings =>
  collect((_, option) => {
    // An empty variable is an unset one: openrc files write OS_PROJECT_ID="" to clear it.
    const variable = option.env.find((candidate) => env[candidate])
    return variable === undefined ? undefined : {value: env[variable]!, from: variable}
  })

function collect(pick: (name: CloudOptionName, option: CloudOption) => CloudSettings[CloudOptionName]): CloudSettings {
  const settings: CloudSettings = {}
  for (const [name, option] of Object.entries(cloudOptions) as [CloudOptionName, CloudOption][]) {
    const setting = pick(name, option)
    if (setting) settings[name] = setting
  }
  return settings
}

/** The type that is named, or the first that the settings are enough for. */
function authType(settings: CloudSettings): AuthType {
  const named = settings['os-auth-type']
  const types = Object.keys(authMethods) as AuthType[]
  if (!named) return types.find((type) => authMethods[type].isMeant?.(settings)) ?? 'v3password'
  const type = types.find((one) => one === named.value)
  if (type) return type
  const near = didYouMean(named.value, types)
  throw new UsageError(
    `${named.from}: there is no way to authenticate called "${named.value}"${near ? `; did you mean ${near}?` : ''}`,
    [`one of ${types.join(', ')}`],
  )
}

function checkAddress(setting: Setting | undefined): void {
  if (!setting || (/^https?:/i.test(setting.value) && URL.canParse(setting.value))) return
  throw new UsageError(
    `${setting.from}: "${setting.value}" is not an address; one looks like http://controller:5000/v3`,
  )
}

function secondsOf(setting: Setting | undefined): number | undefined {
  if (!setting) return undefined
  const seconds = Number(setting.value)
  // Timers of Node end at once after more than 2^31 ms: a day is longer than any answer takes.
  if (seconds > 0 && seconds <= 86_400) return seconds
  throw new UsageError(`${setting.from}: "${setting.value}" is not a number of seconds between 0 and a day`)
}

function minVersionOf(setting: Setting | undefined): Tls['minVersion'] {
  if (!setting) return undefined
  if (setting.value === '1.2' || setting.value === '1.3') return `TLSv${setting.value}`
  throw new UsageError(`${setting.from}: "${setting.value}" is not 1.2 or 1.3`)
}

function ciphersOf(setting: Setting | undefined): string | undefined {
  if (!setting) return undefined
  try {
    tls.createSecureContext({ciphers: setting.value})
    return setting.value
  } catch {
    throw new UsageError(`${setting.from}: OpenSSL knows no cipher in "${setting.value}"`, [
      'ciphers as `openssl ciphers` lists them, with : in between',
    ])
  }
}

function tlsOf(settings: CloudSettings): Tls {
  const read = (name: 'os-cacert' | 'os-cert' | 'os-key'): string | undefined => {
    const setting = settings[name]
    if (!setting) return undefined
    const file = setting.value.replace(/^~(?=\/)/, homedir())
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      throw new UsageError(`${setting.from}: cannot read ${file} (${(error as NodeJS.ErrnoException).code})`)
    }
  }
  const ca = read('os-cacert')
  const certificate = read('os-cert')
  const key = read('os-key') ?? certificate // one PEM file may hold both
  const minVersion = minVersionOf(settings['tls-min-version'])
  const ciphers = ciphersOf(settings['tls-ciphers'])
  return {
    ...(ca ? {ca} : {}),
    ...(certificate ? {certificate} : {}),
    ...(key ? {key} : {}),
    ...(minVersion ? {minVersion} : {}),
    ...(ciphers ? {ciphers} : {}),
    insecure: /^(true|1|yes)$/i.test(settings.insecure?.value ?? ''),
  }
}
