import {createHash} from 'node:crypto'
import {existsSync, readFileSync} from 'node:fs'
import {homedir} from 'node:os'

import ssh2, {
  type AnyAuthMethod,
  type BaseAgent,
  type KnownPublicKeys,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2'

import {HostError} from '../errors.ts'
import type {Secret} from '../secret.ts'
import type {Hop, Login} from './route.ts'

// ssh2 is CommonJS: its classes are found on the default export only.
const {BaseAgent: Agent, createAgent, utils} = ssh2

/** One way to log in. */
export interface Way {
  /** In messages: a key of the hosts file, a file, or `agent`. */
  name: string
  /** What worked, where that says more than the name. */
  shown: string
  /** As RFC 4252 calls it, in the list of what a server takes. */
  wire: 'password' | 'publickey' | 'keyboard-interactive'
  auth: AnyAuthMethod
}

export interface Ways {
  ways: Way[]
  /** Why keys that are there were not tried. */
  notes: string[]
}

/**
 * The ways into a server, in the order to try.
 * @throws HostError for a key of the hosts file that cannot be used; UsageError when a secret cannot be read
 */
export function waysInto(hop: Hop, legacyAlgorithms: boolean): Ways {
  const login = hop.login()
  const username = hop.user
  const {password, privateKey, passphrase} = login
  const ways: Way[] = []
  const add = (name: string, wire: Way['wire'], auth: AnyAuthMethod, shown = name) =>
    ways.push({name, shown, wire, auth})
  if (password) add('password', 'password', {type: 'password', username, password: password.reveal()})
  if (privateKey) {
    const key = readKey(privateKey, passphrase, legacyAlgorithms)
    if (key instanceof Error) throw new HostError(`${hop.label}: ${keyWords(key.message)}`)
    add('privateKey', 'publickey', {type: 'publickey', username, key}, 'private key')
  }
  const {keys, publicBlobs, notes} = identitiesOf(login, legacyAlgorithms)
  if (login.agent !== undefined) {
    const wanted = login.identitiesOnly ? publicBlobs : undefined
    const agent = new ChosenKeys(login.agent, wanted, legacyAlgorithms)
    add('agent', 'publickey', {type: 'agent', username, agent: agent as BaseAgent})
  }
  for (const {file, key} of keys) add(inWords(file), 'publickey', {type: 'publickey', username, key})
  if (password) {
    // A server that asks for more than one hidden word wants a second factor, which no unattended program has.
    const prompt = (
      _: string,
      _i: string,
      _l: string,
      prompts: {echo?: boolean}[],
      answer: (words: string[]) => void,
    ) => answer(prompts.map(({echo}) => (echo ? '' : password.reveal())))
    add('password', 'keyboard-interactive', {type: 'keyboard-interactive', username, prompt}, 'keyboard-interactive')
  }
  return {ways, notes}
}

const inWords = (file: string): string => (file.startsWith(`${homedir()}/`) ? `~${file.slice(homedir().length)}` : file)

interface Identities {
  keys: {file: string; key: ParsedKey}[]
  publicBlobs: Buffer[]
  notes: string[]
}

/** Files that ssh would try. One that is encrypted may be in the agent; it is only skipped here. */
function identitiesOf({identityFiles, passphrase, agent}: Login, legacyAlgorithms: boolean): Identities {
  const found: Identities = {keys: [], publicBlobs: [], notes: []}
  for (const file of identityFiles) {
    const text = readText(file)
    const beside = readText(`${file}.pub`)
    const publicKey = parseKey(beside ?? text ?? '')
    if (!(publicKey instanceof Error)) found.publicBlobs.push(publicKey.getPublicSSH())
    const key = text === undefined ? undefined : parseOnce(text, passphrase?.reveal(), legacyAlgorithms)
    if (key && !(key instanceof Error)) {
      found.keys.push({file, key})
      found.publicBlobs.push(key.getPublicSSH())
    } else if (key && key.message !== publicOnly) found.notes.push(`${inWords(file)}: ${skipped(key, agent)}`)
    else if (!key && existsSync(file)) found.notes.push(`${inWords(file)} cannot be read`)
  }
  return found
}

const skipped = ({message}: Error, agent: string | undefined): string =>
  `${keyWords(message)}${agent === undefined && isLocked(message) ? ', or an agent that has the key (ssh-add)' : ''}`

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const publicOnly = 'this is a public key'

/** By a hash of key and passphrase: opening an encrypted key is half a second in which nothing else is done. */
const keysRead = new Map<string, ParsedKey | Error>()

const readKey = (text: Secret, passphrase: Secret | undefined, legacyAlgorithms: boolean): ParsedKey | Error =>
  parseOnce(text.reveal(), passphrase?.reveal(), legacyAlgorithms)

function parseOnce(text: string, passphrase: string | undefined, legacyAlgorithms: boolean): ParsedKey | Error {
  const id = createHash('sha256')
    .update(JSON.stringify([text, passphrase, legacyAlgorithms]))
    .digest('base64')
  const known = keysRead.get(id)
  if (known) return known
  const parsed = parseKey(text, passphrase)
  const key = parsed instanceof Error || parsed.isPrivateKey() ? parsed : new Error(publicOnly)
  if (!(key instanceof Error) && !legacyAlgorithms) forbidSha1(key)
  keysRead.set(id, key)
  return key
}

/** ssh2 throws for some of what it cannot read. */
function parseKey(text: string | Buffer, passphrase?: string): ParsedKey | Error {
  try {
    return utils.parseKey(text, passphrase)
  } catch (error) {
    return error as Error
  }
}

const sha1Words = 'the server takes an RSA key with SHA-1 only (--ssh-legacy-algorithms)'

/** ssh2 signs with SHA-1 for a server that does not say it knows better. */
function forbidSha1(key: ParsedKey): void {
  const sign = key.sign.bind(key)
  key.sign = (data, algorithm?: string) => {
    // ssh2 takes an error for an answer, and tries the next way.
    if (algorithm === 'sha1') return new Error(sha1Words) as never
    return sign(data, algorithm)
  }
}

/** An agent of which only some keys are tried. */
class ChosenKeys extends Agent<ParsedKey> {
  readonly #agent: BaseAgent
  readonly #wanted: Buffer[] | undefined
  readonly #legacyAlgorithms: boolean

  constructor(socket: string, wanted: Buffer[] | undefined, legacyAlgorithms: boolean) {
    super()
    this.#agent = createAgent(socket)
    this.#wanted = wanted
    this.#legacyAlgorithms = legacyAlgorithms
  }

  getIdentities(answer: (error: Error | undefined, keys?: KnownPublicKeys<ParsedKey>) => void): void {
    this.#agent.getIdentities((error, keys) => {
      const all = (keys ?? []) as ParsedKey[]
      const wanted = this.#wanted
      const chosen = wanted ? all.filter((key) => wanted.some((blob) => blob.equals(blobOf(key)))) : all
      answer(error ?? undefined, chosen)
    })
  }

  sign(key: ParsedKey, data: Buffer, options: SigningRequestOptions | SignCallback, answer?: SignCallback): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options)
    else if (options.hash === 'sha1' && !this.#legacyAlgorithms) answer?.(new Error(sha1Words))
    else this.#agent.sign(key, data, options, answer)
  }
}

function blobOf(key: unknown): Buffer {
  const parsed = parseKey(key as Buffer)
  return parsed instanceof Error ? Buffer.alloc(0) : parsed.getPublicSSH()
}

const isLocked = (message: string): boolean =>
  /no passphrase|encrypted/i.test(message) && !/bad|incorrect|integrity/i.test(message)

function keyWords(message: string): string {
  if (isLocked(message)) return 'the private key is encrypted: give its "passphrase"'
  if (message === publicOnly) return 'this is a public key: name the file of the private one'
  if (/bad|incorrect|integrity|decrypt/i.test(message)) return 'the passphrase does not open the private key'
  if (/unsupported/i.test(message))
    return 'the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'
  return 'the private key cannot be read'
}
