import {getCiphers, getHashes} from 'node:crypto'

import type {Algorithms} from 'ssh2'

/**
 * What is offered to a server, the best first: the defaults of OpenSSH 9 as far as ssh2 has them. AES-GCM comes first:
 * it is the quickest in Node, and the one that a server without "strict kex" can use safely (CVE-2023-48795).
 */
const current = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
}

/** What OpenSSH has retired, or offers to old clients alone: SHA-1, DSA, CBC, MD5. Tried after all others, if asked for. */
const retired = {
  kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  serverHostKey: ['ssh-rsa', 'ssh-dss'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1', 'hmac-md5'],
}

/** What Node's OpenSSL was built without, ssh2 refuses by throwing. */
const available = (name: string): boolean => {
  if (name === '3des-cbc') return getCiphers().includes('des-ede3-cbc')
  return name !== 'hmac-md5' || getHashes().includes('md5')
}

/** `knownTypes`: of keys known for the server, which must show one of them if it has it. */
export function offer(knownTypes: readonly string[], legacy: boolean): Algorithms {
  const both = (part: keyof typeof current) => [...current[part], ...(legacy ? retired[part].filter(available) : [])]
  const hostKeys = both('serverHostKey')
  const first = knownTypes.flatMap((type) =>
    type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type],
  )
  return {
    kex: both('kex'),
    cipher: both('cipher'),
    hmac: both('hmac'),
    serverHostKey: [...new Set([...first.filter((type) => hostKeys.includes(type)), ...hostKeys])],
  } as Algorithms
}

/** ssh2's words for what could not be agreed on, and for what the server said of it in its debug output. */
const parts: {mismatch: RegExp; offered: RegExp; what: string; retired: readonly string[]}[] = [
  {
    mismatch: /key exchange algorithm/,
    offered: /\(remote\) KEX method: (.*)/,
    what: 'key exchanges',
    retired: retired.kex,
  },
  {
    mismatch: /host key format/,
    offered: /\(remote\) Host key format: (.*)/,
    what: 'host keys',
    retired: retired.serverHostKey,
  },
  {mismatch: /cipher/, offered: /\(remote\) C->S cipher: (.*)/, what: 'ciphers', retired: retired.cipher},
  {mismatch: /MAC/, offered: /\(remote\) C->S MAC: (.*)/, what: 'MACs', retired: retired.hmac},
]

/** Why no algorithm was agreed on, and whether --ssh-legacy-algorithms would help; undefined when that was not it. */
export function disagreement(
  error: string,
  debug: readonly string[],
): {what: string; legacyHelps: boolean} | undefined {
  if (!/no matching/i.test(error)) return undefined
  const part = parts.find(({mismatch}) => mismatch.test(error))
  if (!part) return undefined
  const list = debug.map((line) => part.offered.exec(line)?.[1]).find((words) => words !== undefined)
  const names = (list ?? '').split(',').filter((name) => name && !/^(ext-info|kex-strict)-/.test(name))
  const legacyHelps = names.some((name) => part.retired.includes(name))
  return {
    what: `its ${part.what} are all ${legacyHelps ? 'retired' : 'unknown'} ones${names.length > 0 ? `: ${names.slice(0, 8).join(', ')}` : ''}`,
    legacyHelps,
  }
}
