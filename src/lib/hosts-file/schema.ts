import * as v from 'valibot'

const uuid = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/

const text = (what: string) => v.pipe(v.string(`must be ${what}`), v.minLength(1, `must be ${what}`))

const secret = v.union(
  [
    text('text'),
    v.strictObject({env: text('the name of a variable')}),
    v.strictObject({file: text('the path of a file')}),
  ],
  'must be text, {"env": "NAME"} or {"file": "PATH"}',
)

export const hostSchema = v.strictObject({
  ip: v.pipe(text('an IP address or a host name'), v.regex(/^[^\s/]+$/, 'must be an IP address or a host name'), v.description('IP address or host name, or a Host of ssh_config')),
  name: v.optional(v.pipe(text('text'), v.regex(/^[^/\s]+$/, 'must have no space and no slash'), v.maxLength(255, 'must be at most 255 characters'), v.description('what to call the host; its ip when left out'))),
  port: v.optional(v.pipe(v.number('must be a whole number from 1 to 65535'), v.integer('must be a whole number from 1 to 65535'), v.minValue(1, 'must be a whole number from 1 to 65535'), v.maxValue(65_535, 'must be a whole number from 1 to 65535'), v.description('port of the SSH server; as ssh_config has it, or 22, when left out'))),
  user: v.optional(v.pipe(text('a user name'), v.description('user to log in as; as ssh_config has it, or your own name, when left out'))),
  password: v.optional(v.pipe(secret, v.description('password of the user'))),
  privateKey: v.optional(v.pipe(text('the path of a file'), v.description('file of a private key, relative to this file'))),
  passphrase: v.optional(v.pipe(secret, v.description('passphrase of the private key'))),
  agent: v.optional(v.pipe(v.union([v.boolean(), text('true, false or the path of a socket')], 'must be true, false or the path of a socket'), v.description('use an SSH agent: true for $SSH_AUTH_SOCK, or the path of its socket'))),
  metric: v.optional(v.pipe(text('the UUID of a metric'), v.regex(uuid, 'must be the UUID of a metric'), v.description("UUID of the host's metric in Gnocchi; `gnocchictl metrics create` writes it here"))),
}) // prettier-ignore

/** The one description of config.json: validation and the shipped JSON Schema both come from it. */
export const hostsFileSchema = v.strictObject({
  $schema: v.optional(v.string('must be text')),
  hosts: v.pipe(v.array(hostSchema, 'must be a list of hosts'), v.minLength(1, 'at least one host is needed')),
})

export type HostEntry = v.InferOutput<typeof hostSchema>

export type SecretSource = v.InferOutput<typeof secret>
