// A Gnocchi behind Keystone whose token check is taken out of the pipeline: it believes the ids and roles it is told.
import assert from 'node:assert/strict'
import {after, describe, test} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'

import {closedPort} from '../unit/servers.ts'
import {labOf, unique} from './lab.ts'
import {officialClient, parsed} from './official.ts'
import {person, type Person} from './person.ts'

/** One more worker of the lab's API, in front of the same data. */
const server = (port: number) => `
set -e
cd /run/lab
sed 's/keystone_authtoken gnocchiv1/gnocchiv1/' /etc/gnocchi/api-paste.ini > noauth-${port}-paste.ini
sed 's|^paste_config.*|paste_config = /run/lab/noauth-${port}-paste.ini|' /etc/gnocchi/gnocchi.conf > noauth-${port}.conf
sed 's|^http = .*|http = 127.0.0.1:${port}|; s|^pyargv.*|pyargv = --config-file /run/lab/noauth-${port}.conf|' \\
  gnocchi-basic.ini > noauth-${port}.ini
exec uwsgi --ini noauth-${port}.ini --pidfile noauth-${port}.pid
`

describe('noauth', () => {
  let port: number
  let ended: Promise<unknown>
  const url = () => `http://127.0.0.1:${port}`

  const lab = labOf('trixie', async () => {
    port = await closedPort()
    ended = lab.inside(['sh', '-c', server(port)])
    for (const deadline = Date.now() + 90_000; ;) {
      const answer = await fetch(url()).catch(() => undefined)
      if (answer?.ok) return
      assert.ok(Date.now() < deadline, 'the API did not answer within 90 s')
      await sleep(100)
    }
  })
  after(async () => {
    await lab.inside(['sh', '-c', `kill -INT "$(cat /run/lab/noauth-${port}.pid)"; rm -f /run/lab/noauth-${port}*`])
    await ended
  })

  const env = (more: Record<string, string> = {}) => ({
    ...{OS_AUTH_TYPE: 'gnocchi-noauth', GNOCCHI_ENDPOINT: url(), GNOCCHI_USER_ID: 'ada', GNOCCHI_PROJECT_ID: 'maths'},
    ...more,
  })
  const creator = (who: Person, id: string) => who.cli(['metric', 'show', id, '-c', 'creator', '-f', 'value'])

  test('gnocchi-noauth is who it says it is, by variables or flags, and the admin where no roles are given', async (t) => {
    const ada = person(t, env())
    const name = unique('live-noauth')
    const made = await ada.cli(['metric', 'create', name, '-a', 'low', '-f', 'json'])
    const {id} = parsed(made) as {id: string}
    assert.deepEqual(await creator(ada, id), {stdout: 'ada:maths\n', stderr: '', code: 0})
    const flags = ['--os-auth-type', 'gnocchi-noauth', '--endpoint', url(), '--user-id', 'bob', '--project-id', 'music']
    const status = await person(t).cli(['status', ...flags])
    assert.deepEqual([status.stderr, status.code], ['', 0])
    assert.match(status.stdout, /bundles to process/)
    const member = [...flags, '--roles', 'member']
    const refused = await person(t).cli(['status', ...member])
    assert.deepEqual([refused.stdout, refused.code], ['', 4])
    assert.match(refused.stderr, /^error: Forbidden \(HTTP 403\): GET \/v1\/status\n/)
    const stranger = await person(t).cli(['metric', 'show', id, ...member])
    assert.deepEqual([stranger.stdout, stranger.code], ['', 4])
    assert.match(stranger.stderr, /^error: .*403/)
  })

  test('the official client, asked so, sees the same', async (t) => {
    const official = officialClient(lab, lab.users.alice)
    const flags = [
      ...['--os-auth-type', 'gnocchi-noauth', '--endpoint', url(), '--user-id', 'ada', '--project-id', 'maths'],
      ...['--roles', 'member'],
    ]
    const ask = ['archive-policy', 'list', '-c', 'name', '-f', 'json']
    const [mine, theirs] = await Promise.all([person(t).cli([...flags, ...ask]), official([...flags, ...ask])])
    assert.deepEqual(parsed(mine), parsed(theirs))
  })
})
