import {createHash, createHmac} from 'node:crypto'
import {appendFileSync, existsSync, mkdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'

import {UsageError} from '../errors.ts'
import {fileState} from '../file-state.ts'
import {stateFolder} from '../folders.ts'
import {glob} from '../glob.ts'

/** One line of a known_hosts file: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
interface KnownKey {
  file: string
  line: number
  marker: '@revoked' | '@cert-authority' | undefined
  patterns: string
  /** The public key blob, base64. */
  key: string
}

export type Verdict =
  | {kind: 'known'}
  | {kind: 'unknown'; fingerprint: string}
  /** Only certificates are known for this host, at `known`. */
  | {kind: 'certificate'; fingerprint: string; known: {file: string; line: number}}
  /** Another key is known for this host, at `known`. */
  | {kind: 'changed'; fingerprint: string; known: {file: string; line: number; fingerprint: string}}
  | {kind: 'revoked'; fingerprint: string; known: {file: string; line: number}}

export interface KnownHosts {
  check(host: string, port: number, key: Buffer): Verdict
  /**
   * Key types known for a host, to ask its server for one of these: `ssh-ed25519`, ... Asked first at each connection: reads
   * files again that have changed since, so that a line put right counts without a restart. @throws UsageError
   */
  typesOf(host: string, port: number): string[]
  /** Remembers a key in gnocchictl's own file; the user's and the system's are only read. @throws UsageError */
  add(host: string, port: number, key: Buffer): void
}

/** gnocchictl's own file, beside the user's and the system's. */
export const ownKnownHosts = (): string => join(stateFolder(), 'known_hosts')

/** `SHA256:...`, as ssh-keygen -l prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

/**
 * The keys in `files` and `own`, the missing ones left out; new keys are appended to `own`.
 * @throws UsageError for a file that cannot be read: it may have a revoked key
 */
export function openKnownHosts(files: string[], own: string): KnownHosts {
  const read = [...new Set([...files, own])].map((file) => ({file, state: '', keys: [] as KnownKey[]}))
  const look = () => {
    for (const entry of read) {
      const state = fileState(entry.file)
      if (state === entry.state) continue
      entry.keys = existsSync(entry.file) ? parseKnownHosts(readKnownHosts(entry.file), entry.file) : []
      entry.state = state
    }
  }
  const of = (host: string, port: number) =>
    read.flatMap(({keys}) => keys).filter((known) => matches(known.patterns, nameOf(host, port)))
  look()
  return {
    check(host, port, key) {
      const blob = key.toString('base64')
      const found = of(host, port)
      const revoked = found.find((known) => known.marker === '@revoked' && known.key === blob)
      if (revoked) return {kind: 'revoked', fingerprint: fingerprint(key), known: revoked}
      // A certificate authority vouches for certificates, which ssh2 does not read, never for a bare key.
      const plain = found.filter(({marker}) => marker === undefined)
      if (plain.some((known) => known.key === blob)) return {kind: 'known'}
      const [other] = plain
      const [authority] = found.filter(({marker}) => marker === '@cert-authority')
      if (!other && authority) return {kind: 'certificate', fingerprint: fingerprint(key), known: authority}
      if (!other) return {kind: 'unknown', fingerprint: fingerprint(key)}
      const known = {file: other.file, line: other.line, fingerprint: fingerprint(Buffer.from(other.key, 'base64'))}
      return {kind: 'changed', fingerprint: fingerprint(key), known}
    },
    typesOf(host, port) {
      look()
      const plain = of(host, port).filter(({marker}) => !marker)
      return [...new Set(plain.map(({key}) => keyType(Buffer.from(key, 'base64'))))]
    },
    add(host, port, key) {
      append(own, `${nameOf(host, port)} ${keyType(key)} ${key.toString('base64')}`)
      look()
    },
  }
}

function readKnownHosts(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

function append(file: string, words: string): void {
  try {
    mkdirSync(dirname(file), {recursive: true, mode: 0o700})
    const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
    // An editor may have left the last line without its end.
    appendFileSync(file, `${before === '' || before.endsWith('\n') ? '' : '\n'}${words}\n`, {mode: 0o600})
  } catch (error) {
    throw new UsageError(`${file}: cannot be written (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** How a host stands in known_hosts: sshd(8), "optionally enclosed within [ and ] then followed by : and port". */
const nameOf = (host: string, port: number): string => (port === 22 ? host : `[${host}]:${port}`)

/** The first field of a public key blob names its type: RFC 4253, section 6.6. */
export function keyType(key: Buffer): string {
  if (key.length < 4) return ''
  const length = key.readUInt32BE(0)
  return length <= key.length - 4 ? key.toString('latin1', 4, 4 + length) : ''
}

function parseKnownHosts(text: string, file: string): KnownKey[] {
  return text.split('\n').flatMap((line, index) => {
    const fields = line.trim().split(/[ \t]+/)
    const marker = fields[0] === '@revoked' || fields[0] === '@cert-authority' ? fields[0] : undefined
    const [patterns, type, key] = marker ? fields.slice(1) : fields
    if (!patterns || patterns.startsWith('#') || !type || !key) return []
    // A blob that is no key of that type accuses no host of a changed one: OpenSSH passes over such a line, too.
    const blob = Buffer.from(key, 'base64')
    if (keyType(blob) !== type) return []
    // Blobs are compared as text: bring the base64 to the one form.
    return [{file, line: index + 1, marker, patterns, key: blob.toString('base64')}]
  })
}

/** `host`, `*.example.org,!bad.example.org`, `[10.0.0.1]:2222`, or hashed: `|1|salt|HMAC-SHA1(salt, host)`. */
function matches(patterns: string, name: string): boolean {
  if (patterns.startsWith('|1|')) {
    const [, , salt, hash] = patterns.split('|')
    return (
      createHmac('sha1', Buffer.from(salt ?? '', 'base64'))
        .update(name.toLowerCase())
        .digest('base64') === hash
    )
  }
  const list = patterns.toLowerCase().split(',')
  const fits = (pattern: string) => glob(pattern, name.toLowerCase())
  if (list.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))) return false
  return list.some((pattern) => !pattern.startsWith('!') && fits(pattern))
}
