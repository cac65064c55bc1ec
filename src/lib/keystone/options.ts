/**
 * Every option that says which cloud, and as whom: the one table from which the flags (`--os-…`), the variables
 * (`OS_…`) and the keys of clouds.yaml are read. Names are those of keystoneauth1/loading and openstacksdk.
 */
export interface CloudOption {
  /** Variables, the first one set wins. */
  env: readonly string[]
  /** Path in a cloud's section of clouds.yaml, the first one set wins. */
  yaml: readonly string[]
  help: string
  secret?: true
  boolean?: true
  /** Other spellings of the flag, of the official client and of older ones: taken, and not shown. */
  aliases?: readonly string[]
  /** The official client's flag for Gnocchi alone: outranks the one for all services, which an openrc may hold. */
  metricFlag?: MetricFlag
  /** Taken, and not shown. */
  hidden?: true
  /** Says how to ask, not whom or as whom: a token is the same whatever stands there. */
  local?: true
}

type MetricFlag = `os-metric-${string}`

const auth = (name: string): string => `auth.${name}`

export const cloudOptions = {
  'os-auth-type': {env: ['OS_AUTH_TYPE', 'OS_AUTH_PLUGIN'], yaml: ['auth_type'], help: 'how to authenticate', aliases: ['os-auth-plugin']},
  'os-auth-url': {env: ['OS_AUTH_URL'], yaml: [auth('auth_url')], help: "Keystone's address, with or without /v3"},
  'os-username': {env: ['OS_USERNAME', 'OS_USER_NAME'], yaml: [auth('username'), auth('user_name')], help: 'user name', aliases: ['os-user-name']},
  'os-user-id': {env: ['OS_USER_ID'], yaml: [auth('user_id')], help: 'user id'},
  'os-user-domain-name': {env: ['OS_USER_DOMAIN_NAME'], yaml: [auth('user_domain_name')], help: "the user's domain, by name"},
  'os-user-domain-id': {env: ['OS_USER_DOMAIN_ID'], yaml: [auth('user_domain_id')], help: "the user's domain, by id"},
  'os-password': {env: ['OS_PASSWORD'], yaml: [auth('password')], help: 'password; OS_PASSWORD keeps it out of the process list', secret: true},
  'os-project-name': {env: ['OS_PROJECT_NAME', 'OS_TENANT_NAME'], yaml: [auth('project_name'), auth('tenant_name')], help: 'project to work in, by name', aliases: ['os-tenant-name']},
  'os-project-id': {env: ['OS_PROJECT_ID', 'OS_TENANT_ID'], yaml: [auth('project_id'), auth('tenant_id')], help: 'project to work in, by id', aliases: ['os-tenant-id']},
  'os-project-domain-name': {env: ['OS_PROJECT_DOMAIN_NAME'], yaml: [auth('project_domain_name')], help: "the project's domain, by name"},
  'os-project-domain-id': {env: ['OS_PROJECT_DOMAIN_ID'], yaml: [auth('project_domain_id')], help: "the project's domain, by id"},
  'os-default-domain-name': {env: ['OS_DEFAULT_DOMAIN_NAME', 'OS_DEFAULT_DOMAIN'], yaml: [auth('default_domain_name')], help: 'domain of user and project, by name'},
  'os-default-domain-id': {env: ['OS_DEFAULT_DOMAIN_ID'], yaml: [auth('default_domain_id')], help: 'domain of user and project, by id'},
  'os-domain-name': {env: ['OS_DOMAIN_NAME'], yaml: [auth('domain_name')], help: 'domain to work in instead of a project, by name'},
  'os-domain-id': {env: ['OS_DOMAIN_ID'], yaml: [auth('domain_id')], help: 'domain to work in instead of a project, by id'},
  'os-system-scope': {env: ['OS_SYSTEM_SCOPE'], yaml: [auth('system_scope')], help: 'work on the system instead of a project: all'},
  'os-trust-id': {env: ['OS_TRUST_ID'], yaml: [auth('trust_id')], help: 'trust to work under, as its trustee, instead of a project'},
  'os-token': {env: ['OS_TOKEN', 'OS_AUTH_TOKEN'], yaml: [auth('token')], help: 'token, with --os-auth-type token', secret: true},
  'os-application-credential-id': {env: ['OS_APPLICATION_CREDENTIAL_ID'], yaml: [auth('application_credential_id')], help: 'application credential, by id'},
  'os-application-credential-name': {env: ['OS_APPLICATION_CREDENTIAL_NAME'], yaml: [auth('application_credential_name')], help: 'application credential, by name (needs the user too)'},
  'os-application-credential-secret': {env: ['OS_APPLICATION_CREDENTIAL_SECRET'], yaml: [auth('application_credential_secret')], help: 'its secret', secret: true},
  'os-region-name': {env: ['OS_METRIC_REGION_NAME', 'OS_REGION_NAME'], yaml: ['metric_region_name', 'region_name'], help: 'region of the catalogue', metricFlag: 'os-metric-region-name'},
  'os-interface': {env: ['OS_METRIC_INTERFACE', 'OS_INTERFACE', 'OS_ENDPOINT_TYPE'], yaml: ['metric_interface', 'interface', 'endpoint_type'], help: 'endpoint of the catalogue: public, internal or admin', metricFlag: 'os-metric-interface', aliases: ['os-endpoint-type']},
  'os-service-type': {env: ['OS_METRIC_SERVICE_TYPE', 'OS_SERVICE_TYPE'], yaml: ['metric_service_type'], help: 'type of Gnocchi in the catalogue, where it is not metric', metricFlag: 'os-metric-service-type', hidden: true},
  'os-service-name': {env: ['OS_METRIC_SERVICE_NAME', 'OS_SERVICE_NAME'], yaml: ['metric_service_name'], help: 'name of Gnocchi in the catalogue, where there are several', metricFlag: 'os-metric-service-name', hidden: true},
  'os-endpoint-override': {env: ['OS_METRIC_ENDPOINT_OVERRIDE', 'OS_ENDPOINT_OVERRIDE', 'GNOCCHI_ENDPOINT'], yaml: ['metric_endpoint_override', auth('endpoint')], help: "Gnocchi's address, instead of the catalogue's", metricFlag: 'os-metric-endpoint-override', aliases: ['os-endpoint', 'endpoint', 'gnocchi-endpoint']},
  'os-cacert': {env: ['OS_CACERT'], yaml: ['cacert'], help: 'file of the authorities to trust'},
  'os-cert': {env: ['OS_CERT'], yaml: ['cert'], help: 'client certificate, a file'},
  'os-key': {env: ['OS_KEY'], yaml: ['key'], help: 'its key, a file'},
  'tls-min-version': {env: ['OS_TLS_MIN_VERSION'], yaml: [], help: 'lowest version of TLS to speak: 1.2 or 1.3', local: true},
  'tls-ciphers': {env: ['OS_TLS_CIPHERS'], yaml: [], help: "ciphers to speak it with, in OpenSSL's words", local: true},
  'os-identity-api-version': {
    env: ['OS_IDENTITY_API_VERSION'],
    yaml: ['identity_api_version'],
    help: 'version of Keystone: 3, the only one there is',
  },
  'gnocchi-api-version': {
    env: ['OS_METRIC_API_VERSION', 'OS_API_VERSION', 'GNOCCHI_API_VERSION'],
    yaml: ['metric_api_version'],
    help: "version of Gnocchi's API: 1, the only one there is",
    metricFlag: 'os-metric-api-version',
    aliases: ['os-api-version'],
    hidden: true,
    local: true,
  },
  timeout: {
    env: ['OS_TIMEOUT', 'OS_API_TIMEOUT'],
    yaml: ['api_timeout'],
    help: 'seconds to wait for an answer [default: 30]',
    local: true,
  },
  insecure: {env: ['OS_INSECURE'], yaml: ['insecure'], help: 'do not check certificates: anyone in between can read and change everything', boolean: true},
  'gnocchi-user': {env: ['GNOCCHI_USER'], yaml: [auth('user')], help: 'user, with --os-auth-type gnocchi-basic', aliases: ['user']},
  'gnocchi-user-id': {env: ['GNOCCHI_USER_ID'], yaml: [auth('user_id')], help: 'user id, with --os-auth-type gnocchi-noauth', aliases: ['user-id']},
  'gnocchi-project-id': {env: ['GNOCCHI_PROJECT_ID'], yaml: [auth('project_id')], help: 'project id, with --os-auth-type gnocchi-noauth', aliases: ['project-id']},
  'gnocchi-roles': {env: ['GNOCCHI_ROLES'], yaml: [auth('roles')], help: 'roles, with --os-auth-type gnocchi-noauth', aliases: ['roles']},
} as const satisfies Record<string, CloudOption> // prettier-ignore

/** The variable to name to a person: the one that every OpenStack tool reads. */
export const variableOf = (name: CloudOptionName): string => {
  const {env}: CloudOption = cloudOptions[name]
  return env.find((variable) => !variable.startsWith('OS_METRIC_')) ?? env[0]!
}

export type CloudOptionName = keyof typeof cloudOptions

/** An option's value, and the place that gave it, to name in an error. */
export interface Setting {
  value: string
  from: string
}

export type CloudSettings = Partial<Record<CloudOptionName, Setting>>

const first = (settings: CloudSettings, names: CloudOptionName[]): Setting | undefined =>
  names.map((name) => settings[name]).find((setting) => setting !== undefined)

/** Who logs in, in whichever way that is said. */
export const whoOf = (settings: CloudSettings): Setting | undefined =>
  first(settings, [
    ...(['os-username', 'os-user-id'] as const),
    ...(['os-application-credential-id', 'os-application-credential-name'] as const),
    ...(['gnocchi-user', 'gnocchi-user-id'] as const),
  ])

export const projectOf = (settings: CloudSettings): Setting | undefined =>
  first(settings, ['os-project-name', 'os-project-id', 'gnocchi-project-id'])
