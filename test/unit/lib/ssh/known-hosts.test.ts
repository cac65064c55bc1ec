import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import fc from 'fast-check'
import ssh2 from 'ssh2'

import {fingerprint, keyType, openKnownHosts, ownKnownHosts} from '../../../../src/lib/ssh/known-hosts.ts'
import {setEnv, setHome, tempFolder} from '../../servers.ts'

/** A public key as known_hosts has it, and its blob. */
function newKey(type: 'ed25519' | 'rsa'): {line: string; blob: Buffer} {
  const {public: line} =
    type === 'rsa' ? ssh2.utils.generateKeyPairSync(type, {bits: 1024}) : ssh2.utils.generateKeyPairSync(type)
  const [name, base64] = line.split(' ') as [string, string]
  return {line: `${name} ${base64}`, blob: Buffer.from(base64, 'base64')}
}

const key = newKey('ed25519')
const another = newKey('ed25519')
const rsa = newKey('rsa')

const open = (t: TestContext, text: string) => {
  const file = join(tempFolder(t), 'known_hosts')
  writeFileSync(file, text)
  return {file, known: openKnownHosts([file], join(tempFolder(t), 'own', 'known_hosts'))}
}

for (const [patterns, host, port, kind] of [
  ['10.0.0.1', '10.0.0.1', 22, 'known'],
  ['web,10.0.0.1', '10.0.0.1', 22, 'known'],
  ['Web.Example', 'web.example', 22, 'known'],
  ['web.example', 'WEB.example', 22, 'known'],
  ['[10.0.0.1]:2222', '10.0.0.1', 2222, 'known'],
  ['10.0.0.1', '10.0.0.1', 2222, 'unknown'],
  ['[10.0.0.1]:2222', '10.0.0.1', 22, 'unknown'],
  ['10.0.0.1', '10.0.0.10', 22, 'unknown'],
  ['10.0.0.1', '1000.0.1', 22, 'unknown'],
  ['*.example', 'web.example', 22, 'known'],
  ['10.0.0.?', '10.0.0.7', 22, 'known'],
  ['10.0.0.?', '10.0.0.77', 22, 'unknown'],
  ['*.example,!bad.example', 'good.example', 22, 'known'],
  ['*.example,!bad.example', 'bad.example', 22, 'unknown'],
  ['!bad.example', 'good.example', 22, 'unknown'],
  ['2001:db8::1', '2001:db8::1', 22, 'known'],
] as const)
  test(`${host}, port ${port}, is ${kind} to "${patterns}"`, (t) => {
    const {known} = open(t, `# a comment\n\n${patterns} ${key.line} a comment\r\n`)
    assert.equal(known.check(host, port, key.blob).kind, kind)
  })

test('names hashed by ssh-keygen are found', (t) => {
  const {file} = open(t, `web.example,10.0.0.1 ${key.line}\n[10.0.0.2]:2222 ${key.line}\n`)
  const {error, status} = spawnSync('ssh-keygen', ['-H', '-f', file])
  if (error) {
    t.skip('there is no ssh-keygen on this machine')
    return
  }
  assert.equal(status, 0)
  assert.doesNotMatch(readFileSync(file, 'utf8'), /example|10\.0/)
  const known = openKnownHosts([file], file)
  const kinds = (['web.example', 'WEB.example', '10.0.0.1', '10.0.0.2', '10.0.0.3'] as const).map(
    (host) => known.check(host, host === '10.0.0.2' ? 2222 : 22, key.blob).kind,
  )
  assert.deepEqual(kinds, ['known', 'known', 'known', 'known', 'unknown'])
})

test('another key is a changed one, told with its place', (t) => {
  const {file, known} = open(t, `b ${key.line}\na ${key.line}\na ${rsa.line}\n`)
  assert.equal(known.check('a', 22, rsa.blob).kind, 'known')
  assert.deepEqual(known.check('a', 22, another.blob), {
    kind: 'changed',
    fingerprint: fingerprint(another.blob),
    known: {file, line: 2, fingerprint: fingerprint(key.blob)},
  })
})

test('a host without a line is unknown', (t) => {
  const {known} = open(t, '')
  assert.deepEqual(known.check('a', 22, key.blob), {kind: 'unknown', fingerprint: fingerprint(key.blob)})
  assert.deepEqual(known.typesOf('a', 22), [])
})

test('a revoked key is refused, also where it is known', (t) => {
  const {file, known} = open(t, `a ${key.line}\n@revoked * ${key.line}\n`)
  const verdict = known.check('a', 22, key.blob)
  assert.ok(verdict.kind === 'revoked')
  assert.deepEqual([verdict.fingerprint, verdict.known.file, verdict.known.line], [fingerprint(key.blob), file, 2])
})

test('an authority vouches for certificates, not for its own key as a host', (t) => {
  const {known} = open(t, `@cert-authority *.example ${key.line}\n`)
  assert.equal(known.check('web.example', 22, key.blob).kind, 'certificate')
  assert.equal(known.check('web.other', 22, key.blob).kind, 'unknown')
  assert.deepEqual(known.typesOf('web.example', 22), [])
})

test('the types known for a host, each once', (t) => {
  const {known} = open(t, `a ${key.line}\na ${another.line}\n[a]:2222 ${key.line}\n* ${rsa.line}\n`)
  assert.deepEqual(known.typesOf('a', 22), ['ssh-ed25519', 'ssh-rsa'])
})

test('lines that are none do no harm', (t) => {
  const {known} = open(t, `a\na ssh-ed25519\n@revoked a\n|1|x ${key.line}\na ssh-ed25519 ***\n  a  ${key.line}\n`)
  assert.equal(known.check('a', 22, key.blob).kind, 'known')
})

test('a new key is known from then on, to this run and to the next, in a file of its own', (t) => {
  const home = setHome(t)
  setEnv(t, {XDG_STATE_HOME: join(home, 'state')})
  const own = ownKnownHosts()
  assert.equal(own, join(home, 'state/gnocchictl/known_hosts'))
  const known = openKnownHosts([own], own)
  known.add('other', 22, rsa.blob)
  known.add('10.0.0.1', 2222, key.blob)
  assert.equal(known.check('10.0.0.1', 2222, key.blob).kind, 'known')
  assert.equal(readFileSync(own, 'utf8'), `other ${rsa.line}\n[10.0.0.1]:2222 ${key.line}\n`)
  assert.equal(statSync(own).mode & 0o777, 0o600)
  for (const run of [known, openKnownHosts([own], own)])
    assert.deepEqual(run.check('10.0.0.1', 2222, another.blob), {
      kind: 'changed',
      fingerprint: fingerprint(another.blob),
      known: {file: own, line: 2, fingerprint: fingerprint(key.blob)},
    })
})

test('a file that changes is read again before the next connection, its lines as they stand then', (t) => {
  const {file, known} = open(t, `b ${key.line}\na ${key.line}\n`)
  writeFileSync(file, `a ${rsa.line}\n`)
  assert.deepEqual(known.typesOf('a', 22), ['ssh-rsa'])
  assert.deepEqual(known.check('a', 22, key.blob), {
    kind: 'changed',
    fingerprint: fingerprint(key.blob),
    known: {file, line: 1, fingerprint: fingerprint(rsa.blob)},
  })
  rmSync(file)
  assert.deepEqual(known.typesOf('a', 22), [])
  assert.equal(known.check('a', 22, key.blob).kind, 'unknown')
})

test('a fingerprint is the one of ssh-keygen -l', () => {
  const blob = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl', 'base64')
  assert.equal(fingerprint(blob), 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
  assert.equal(keyType(blob), 'ssh-ed25519')
  assert.equal(keyType(Buffer.from('000000ff', 'hex')), '')
  assert.equal(keyType(Buffer.alloc(0)), '')
})

test('whatever a file says, nothing is thrown and no key but one that stands there is known', (t) => {
  const file = join(tempFolder(t), 'known_hosts')
  const word = fc.constantFrom('web', '*', '!', ',', '[', ']:22', '|1|', '|', '@revoked', '@cert-authority', '#', ' ', 'ssh-ed25519', another.line, '=', '?') // prettier-ignore
  const line = fc.oneof(
    fc.array(word, {maxLength: 6}).map((words) => words.join('')),
    fc.string({unit: 'binary'}),
  )
  fc.assert(
    fc.property(fc.array(line, {maxLength: 6}), fc.string(), (lines, host) => {
      writeFileSync(file, lines.join('\n'))
      const known = openKnownHosts([file], file)
      assert.notEqual(known.check(host, 22, key.blob).kind, 'known')
      known.typesOf(host, 2222)
    }),
    {numRuns: 500},
  )
})
