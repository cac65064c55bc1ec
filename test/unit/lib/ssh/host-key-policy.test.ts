import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {connectHop} from '../../../../src/lib/ssh/connect.ts'
import {hostKeyChecks, hostKeyPolicy, type HostKeyCheck} from '../../../../src/lib/ssh/host-key-policy.ts'
import {fingerprint, openKnownHosts} from '../../../../src/lib/ssh/known-hosts.ts'
import {hopOf} from '../../hosts.ts'
import {tempFolder} from '../../servers.ts'
import {newKeyPair, sshServer} from '../../ssh-server.ts'

const hostKey = newKeyPair()
const otherKey = newKeyPair()

const blobOf = ({public: line}: {public: string}): Buffer => Buffer.from(line.split(' ')[1]!, 'base64')
const seen = fingerprint(blobOf(hostKey))

/** Connects to a real server; `says` is what known_hosts says of it. */
async function meet(t: TestContext, check: HostKeyCheck, says: (name: string) => string) {
  const server = await sshServer(t, {hostKey: hostKey.private})
  const file = join(tempFolder(t), 'known_hosts')
  const before = says(`[127.0.0.1]:${server.port}`)
  writeFileSync(file, before)
  const reports: string[] = []
  const known = openKnownHosts([file], file)
  const hostKeys = hostKeyPolicy(
    () => known,
    (line) => reports.push(line),
  )
  const attempt = async () =>
    (await connectHop(hopOf({port: server.port, hostKeyCheck: check}), undefined, {hostKeys, legacyAlgorithms: false}))
      .client
  const outcome = await attempt().then(
    (client) => {
      client.end()
      return {message: 'connected', suggestions: [] as string[]}
    },
    (error: unknown) => error as Error & {suggestions: string[]},
  )
  const added = readFileSync(file, 'utf8').slice(before.length)
  const {message, suggestions} = outcome
  return {file, message, suggestions, reports, added, name: `[127.0.0.1]:${server.port}`, tried: server.tried, attempt}
}

for (const check of hostKeyChecks)
  test(`${check}: a known key is the host's`, async (t) => {
    const met = await meet(t, check, (name) => `${name} ${hostKey.public}\n`)
    assert.deepEqual([met.message, met.added, met.reports], ['connected', '', []])
  })

for (const check of hostKeyChecks)
  test(`${check}: a changed key is refused before anything is sent`, async (t) => {
    const {file, message, suggestions, added, tried} = await meet(
      t,
      check,
      (name) => `# x\n${name} ${otherKey.public}\n`,
    )
    assert.deepEqual(
      {message, suggestions, added, tried},
      {
        message: `web: its host key has changed to ${seen}; ${file}:2 has ${fingerprint(blobOf(otherKey))}`,
        suggestions: [`someone may be standing in between. If the host was set up anew, remove line 2 of ${file}`],
        added: '',
        tried: [],
      },
    )
  })

for (const check of hostKeyChecks)
  test(`${check}: a revoked key is refused`, async (t) => {
    const {file, message, suggestions, tried} = await meet(t, check, () => `@revoked * ${hostKey.public}\n`)
    assert.deepEqual(
      {message, suggestions, tried},
      {
        message: `web: its host key ${seen} is revoked`,
        suggestions: [`${file}:1 says so; do not connect to it`],
        tried: [],
      },
    )
  })

test('strict: an unknown key is refused', async (t) => {
  const {message, suggestions, added, tried} = await meet(t, 'strict', () => '')
  assert.deepEqual(
    {message, suggestions, added, tried},
    {
      message: `web: its host key ${seen} is not known`,
      suggestions: ['compare its key and keep it: gnocchictl hosts trust web, or use --host-key-check accept-new'],
      added: '',
      tried: [],
    },
  )
})

test('accept-new: an unknown key is kept, said once, and known from then on', async (t) => {
  const met = await meet(t, 'accept-new', () => '')
  const client = await met.attempt()
  client.end()
  assert.equal(met.message, 'connected')
  assert.equal(met.added, `${met.name} ${hostKey.public}\n`)
  assert.deepEqual(met.reports, [`web: new host key ${seen} accepted and kept`])
})

test('off: an unknown key is taken and not kept', async (t) => {
  const {message, added, reports} = await meet(t, 'off', () => '')
  assert.deepEqual({message, added, reports}, {message: 'connected', added: '', reports: []})
})
