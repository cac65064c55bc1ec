import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import {HostError} from '../../../src/lib/errors.ts'
import {Secret} from '../../../src/lib/secret.ts'
import {openKnownHosts} from '../../../src/lib/ssh/known-hosts.ts'
import {waysInto} from '../../../src/lib/ssh/login.ts'
import {hopOf} from '../hosts.ts'
import {said} from './said.ts'
import {tempFolder} from '../servers.ts'
import {newKeyPair} from '../ssh-server.ts'

const {public: line, private: pem} = newKeyPair()
const [type, base64] = line.split(' ') as [string, string]
const key = `${type} ${base64}`
const blob = Buffer.from(base64, 'base64')

// A line that is none is passed over, as OpenSSH does: it neither vouches for a key nor accuses one.
for (const [name, text, kind] of [
  ['a name alone', 'a', 'unknown'],
  ['no key', `a ${type}`, 'unknown'],
  ['no name', ` ${key}`, 'unknown'],
  ['a comment', `# a ${key}`, 'unknown'],
  ['a comment without a blank', `#a ${key}`, 'unknown'],
  ['a name in quotes', `"a" ${key}`, 'unknown'],
  ['names apart', `a, b ${key}`, 'unknown'],
  ['a port without brackets', `a:22 ${key}`, 'unknown'],
  ['an open bracket', `[a ${key}`, 'unknown'],
  ['brackets without a port', `[a] ${key}`, 'unknown'],
  ['an empty pattern', `,, ${key}`, 'unknown'],
  ['a negation alone', `!a ${key}`, 'unknown'],
  ['a negation of nothing', `! ${key}`, 'unknown'],
  ['a bracket expression, which OpenSSH does not know', `[ab] ${key}`, 'unknown'],
  ['a regular expression', `.* ${key}`, 'unknown'],
  ['a marker alone', '@revoked', 'unknown'],
  ['a marker without a key', '@revoked a', 'unknown'],
  ['a marker that there is not', `@trusted a ${key}`, 'unknown'],
  ['a marker in capitals', `@REVOKED a ${key}`, 'unknown'],
  ['a hash without parts', `|1| ${key}`, 'unknown'],
  ['a hash of nothing', `|1|| ${key}`, 'unknown'],
  ['a hash of another kind', `|2|c2FsdA==|aGFzaA== ${key}`, 'unknown'],
  ['a hash that is no base64', `|1|***|*** ${key}`, 'unknown'],
  ['zero bytes', '\0\0\0\0', 'unknown'],
  ['a private key', pem, 'unknown'],
  ['HTML', '<html>a</html>', 'unknown'],
  ['a key of another type', `a ssh-rsa ${base64}`, 'unknown'],
  ['a damaged key', `a ${type} A${base64}`, 'unknown'],
  ['a key that is no base64', `a ${type} ***`, 'unknown'],
  ['forty stars and another letter', `${'*a'.repeat(40)}b ${key}`, 'unknown'],
  ['the key itself after a bad line', `a\n@revoked\na ${key}`, 'known'],
] as const)
  test(`a known_hosts line with ${name}: the host is ${kind}`, (t) => {
    const file = join(tempFolder(t), 'known_hosts')
    writeFileSync(file, `${text}\n`)
    assert.equal(openKnownHosts([file], file).check('a', 22, blob).kind, kind)
  })

const encrypted = newKeyPair('hunter2')
const middle = (text: string, by: string) =>
  text.slice(0, Math.floor(text.length / 2)) + by + text.slice(Math.floor(text.length / 2) + by.length)

for (const [name, privateKey, passphrase, message] of [
  ['a blank', ' ', undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['zero bytes', '\0'.repeat(100), undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['a path', '~/.ssh/id_ed25519', undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['a password', 'hunter2', undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['a public key', line, undefined, 'web: this is a public key: name the file of the private one'],
  ['a public key in PEM', '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n', undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['a known_hosts line', `a ${key}`, undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['the first line alone', '-----BEGIN OPENSSH PRIVATE KEY-----\n', undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['an empty key', '-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----\n', undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['no last line', pem.split('\n').slice(0, 3).join('\n'), undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['a cut key', `${pem.slice(0, 150)}\n-----END OPENSSH PRIVATE KEY-----\n`, undefined, 'web: the private key cannot be read'],
  ['a hole', middle(pem, '*'.repeat(40)), undefined, 'web: the private key cannot be read'],
  ['zeros in the middle', middle(pem, 'A'.repeat(60)), undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['PKCS#8, which ssh2 does not read', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n', undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['encrypted PKCS#8', '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGb\n-----END ENCRYPTED PRIVATE KEY-----\n', undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['DER', Buffer.from('302e020100300506032b6570', 'hex').toString('latin1'), undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 2\nAAAA\n', undefined, 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
  ['an encrypted key without its passphrase', encrypted.private, undefined, 'web: the private key is encrypted: give its "passphrase"'],
  ['an encrypted key and another passphrase', encrypted.private, 'hunter3', 'web: the passphrase does not open the private key'],
  ['an encrypted key and an empty passphrase', encrypted.private, '', 'web: the passphrase does not open the private key'],
  ['an encrypted key that is cut', encrypted.private.slice(0, 200), 'hunter2', 'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'],
] as const)
  test(`a private key that is ${name} is refused in words`, async () => {
    const login = {
      privateKey: new Secret(privateKey),
      ...(passphrase === undefined ? {} : {passphrase: new Secret(passphrase)}),
    }
    const words = await said(HostError, () => waysInto(hopOf({login}), false))
    assert.equal(words, message)
    assert.doesNotMatch(words, /hunter/)
  }) // prettier-ignore
