import {readFileSync} from 'node:fs'
import {homedir} from 'node:os'

import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'
import type {Tls} from '../http.ts'
import {authMethods, type AuthMethod} from './auth-methods.ts'
import {cloudOptions, type CloudOption, type CloudOptionName, type CloudSettings, type Setting} from './options.ts'

/** Which cloud, as whom: everything needed to log in, read once and checked. */
export interface Cloud {
  method: AuthMethod
  settings: CloudSettings
  tls: Tls
}

export type CloudFlags = Partial<Record<CloudOptionName | 'os-cloud', string | boolean | undefined>>

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
  const method = authMethod(settings)
  method.check(settings)
  checkAddress(settings['os-auth-url'])
  checkAddress(settings['os-endpoint-override'])
  return {method, settings, tls: tlsOf(settings)}
}

const fromFlags = (flags: CloudFlags): CloudSettings =>
  collect((name) => (flags[name] === undefined ? undefined : {value: String(flags[name]), from: `--${name}`}))

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

function authMethod(settings: CloudSettings): AuthMethod {
  const named = settings['os-auth-type']
  const inferred = settings['os-application-credential-secret']
    ? 'v3applicationcredential'
    : settings['os-token'] && !settings['os-password']
      ? 'v3token'
      : 'v3password'
  const type = named?.value ?? inferred
  const method = Object.hasOwn(authMethods, type) ? authMethods[type] : undefined
  if (method) return method
  const near = didYouMean(type, Object.keys(authMethods))
  throw new UsageError(
    `${named?.from}: there is no way to authenticate called "${type}"${near ? `; did you mean ${near}?` : ''}`,
    [`one of ${Object.keys(authMethods).join(', ')}`],
  )
}

function checkAddress(setting: Setting | undefined): void {
  if (!setting || (/^https?:/i.test(setting.value) && URL.canParse(setting.value))) return
  throw new UsageError(
    `${setting.from}: "${setting.value}" is not an address; one looks like http://controller:5000/v3`,
  )
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
  return {
    ...(ca ? {ca} : {}),
    ...(certificate ? {certificate} : {}),
    ...(key ? {key} : {}),
    insecure: /^(true|1|yes)$/i.test(settings.insecure?.value ?? ''),
  }
}
