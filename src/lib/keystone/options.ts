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
}

const auth = (name: string): string => `auth.${name}`

export const cloudOptions = {
  'os-auth-type': {env: ['OS_AUTH_TYPE'], yaml: ['auth_type'], help: 'how to authenticate'},
  'os-auth-url': {env: ['OS_AUTH_URL'], yaml: [auth('auth_url')], help: "Keystone's address, with or without /v3"},
  'os-username': {env: ['OS_USERNAME', 'OS_USER_NAME'], yaml: [auth('username'), auth('user_name')], help: 'user name'},
  'os-user-id': {env: ['OS_USER_ID'], yaml: [auth('user_id')], help: 'user id'},
  'os-user-domain-name': {env: ['OS_USER_DOMAIN_NAME'], yaml: [auth('user_domain_name')], help: "the user's domain, by name"},
  'os-user-domain-id': {env: ['OS_USER_DOMAIN_ID'], yaml: [auth('user_domain_id')], help: "the user's domain, by id"},
  'os-password': {env: ['OS_PASSWORD'], yaml: [auth('password')], help: 'password; OS_PASSWORD keeps it out of the process list', secret: true},
  'os-project-name': {env: ['OS_PROJECT_NAME', 'OS_TENANT_NAME'], yaml: [auth('project_name'), auth('tenant_name')], help: 'project to work in, by name'},
  'os-project-id': {env: ['OS_PROJECT_ID', 'OS_TENANT_ID'], yaml: [auth('project_id'), auth('tenant_id')], help: 'project to work in, by id'},
  'os-project-domain-name': {env: ['OS_PROJECT_DOMAIN_NAME'], yaml: [auth('project_domain_name')], help: "the project's domain, by name"},
  'os-project-domain-id': {env: ['OS_PROJECT_DOMAIN_ID'], yaml: [auth('project_domain_id')], help: "the project's domain, by id"},
  'os-default-domain-name': {env: ['OS_DEFAULT_DOMAIN_NAME', 'OS_DEFAULT_DOMAIN'], yaml: [auth('default_domain_name')], help: 'domain of user and project, by name'},
  'os-default-domain-id': {env: ['OS_DEFAULT_DOMAIN_ID'], yaml: [auth('default_domain_id')], help: 'domain of user and project, by id'},
  'os-domain-name': {env: ['OS_DOMAIN_NAME'], yaml: [auth('domain_name')], help: 'domain to work in instead of a project, by name'},
  'os-domain-id': {env: ['OS_DOMAIN_ID'], yaml: [auth('domain_id')], help: 'domain to work in instead of a project, by id'},
  'os-system-scope': {env: ['OS_SYSTEM_SCOPE'], yaml: [auth('system_scope')], help: 'work on the system instead of a project: all'},
  'os-token': {env: ['OS_TOKEN', 'OS_AUTH_TOKEN'], yaml: [auth('token')], help: 'token, with --os-auth-type token', secret: true},
  'os-application-credential-id': {env: ['OS_APPLICATION_CREDENTIAL_ID'], yaml: [auth('application_credential_id')], help: 'application credential, by id'},
  'os-application-credential-name': {env: ['OS_APPLICATION_CREDENTIAL_NAME'], yaml: [auth('application_credential_name')], help: 'application credential, by name (needs the user too)'},
  'os-application-credential-secret': {env: ['OS_APPLICATION_CREDENTIAL_SECRET'], yaml: [auth('application_credential_secret')], help: 'its secret', secret: true},
  'os-region-name': {env: ['OS_REGION_NAME'], yaml: ['region_name'], help: 'region of the catalogue'},
  'os-interface': {env: ['OS_INTERFACE', 'OS_ENDPOINT_TYPE'], yaml: ['interface', 'endpoint_type'], help: 'endpoint of the catalogue: public, internal or admin'},
  'os-endpoint-override': {env: ['OS_ENDPOINT_OVERRIDE', 'OS_METRIC_ENDPOINT_OVERRIDE', 'GNOCCHI_ENDPOINT'], yaml: ['metric_endpoint_override', auth('endpoint')], help: "Gnocchi's address, instead of the catalogue's"},
  'os-cacert': {env: ['OS_CACERT'], yaml: ['cacert'], help: 'file of the authorities to trust'},
  'os-cert': {env: ['OS_CERT'], yaml: ['cert'], help: 'client certificate, a file'},
  'os-key': {env: ['OS_KEY'], yaml: ['key'], help: 'its key, a file'},
  'os-identity-api-version': {
    env: ['OS_IDENTITY_API_VERSION'],
    yaml: ['identity_api_version'],
    help: 'version of Keystone: 3, the only one there is',
  },
  insecure: {env: ['OS_INSECURE'], yaml: ['insecure'], help: 'do not check certificates: anyone in between can read and change everything', boolean: true},
  'gnocchi-user': {env: ['GNOCCHI_USER'], yaml: [auth('user')], help: 'user, with --os-auth-type gnocchi-basic'},
  'gnocchi-user-id': {env: ['GNOCCHI_USER_ID'], yaml: [auth('user_id')], help: 'user id, with --os-auth-type gnocchi-noauth'},
  'gnocchi-project-id': {env: ['GNOCCHI_PROJECT_ID'], yaml: [auth('project_id')], help: 'project id, with --os-auth-type gnocchi-noauth'},
  'gnocchi-roles': {env: ['GNOCCHI_ROLES'], yaml: [auth('roles')], help: 'roles, with --os-auth-type gnocchi-noauth'},
} as const satisfies Record<string, CloudOption> // prettier-ignore

export type CloudOptionName = keyof typeof cloudOptions

/** An option's value, and the place that gave it, to name in an error. */
export interface Setting {
  value: string
  from: string
}

export type CloudSettings = Partial<Record<CloudOptionName, Setting>>
