// What a client needs to use the lab: environment variables, clouds.yaml, a hosts file.
import {existsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {LabFile, User} from './state.ts'

const configFile = (lab: LabFile) => join(lab.stateDir, 'config.json')
const cloudsFile = (lab: LabFile) => join(lab.stateDir, 'clouds.yaml')

/** The variables with which a client finds the lab, as one of its people. */
export function clientEnv(lab: LabFile, user: User): Record<string, string> {
  return {
    OS_AUTH_URL: lab.urls.keystone,
    OS_USERNAME: user.name,
    OS_PASSWORD: user.password,
    OS_PROJECT_NAME: user.project,
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_NAME: 'Default',
    OS_REGION_NAME: 'RegionOne',
    OS_IDENTITY_API_VERSION: '3',
    OS_CLIENT_CONFIG_FILE: cloudsFile(lab),
    GNOCCHICTL_CONFIG: configFile(lab),
  }
}

/** The same as lines for `eval "$(lab env)"`; no value needs quoting beyond single quotes. */
export const envLines = (lab: LabFile, user: User): string =>
  Object.entries(clientEnv(lab, user))
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('')

/** Writes what is missing: metric ids are written into config.json, so one that exists is left alone. */
export function writeClientFiles(lab: LabFile): void {
  if (!existsSync(configFile(lab))) writeFileSync(configFile(lab), hostsFile(lab), {mode: 0o600})
  if (!existsSync(cloudsFile(lab))) writeFileSync(cloudsFile(lab), clouds(lab), {mode: 0o600})
}

interface LabHost {
  ip: string
  port: number
  user: string
  password?: string
  privateKey?: string
}

/** Five hosts, five ways in, as a hosts file has them. */
export function hostsOf({ssh: {hosts, port, accounts}}: LabFile): LabHost[] {
  const ways = [
    {user: 'root', password: accounts.root.password},
    {user: 'reader', password: accounts.reader.password},
    {user: 'keyed', privateKey: accounts.keyed.privateKey},
    {user: 'sftponly', password: accounts.sftponly.password},
    {user: 'noshell', password: accounts.noshell.password},
  ]
  return ways.map((way, index) => ({ip: hosts[index]!, port, ...way}))
}

const hostsFile = (lab: LabFile): string => `${JSON.stringify({hosts: hostsOf(lab)}, null, 2)}\n`

const clouds = ({urls, users}: LabFile) => `clouds:
${passwordCloud('lab', urls.keystone, users.alice)}
${passwordCloud('lab-admin', urls.keystone, users.admin)}
  lab-basic:
    auth_type: gnocchi-basic
    auth:
      user: admin
      endpoint: ${urls.gnocchiBasic}
`

const passwordCloud = (cloud: string, url: string, {name, password, project}: User) => `  ${cloud}:
    auth:
      auth_url: ${url}
      username: ${name}
      password: "${password}"
      project_name: ${project}
      user_domain_name: Default
      project_domain_name: Default
    region_name: RegionOne
    identity_api_version: 3`
