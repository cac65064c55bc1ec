import assert from 'node:assert/strict'
import {test} from 'node:test'

import {chooseHosts, withMetrics} from '../../../../src/lib/hosts-file/choose.ts'
import {hostOf} from '../../hosts.ts'

const [web, db, cache] = [hostOf({label: 'web', ip: '10.0.0.1'}), hostOf({label: 'db'}), hostOf({label: 'cache'})]
const file = {path: 'config.json', hosts: [web, db, cache], warnings: []}

test('hosts by name or address, in the order of the file; all when none is named', () => {
  assert.deepEqual(chooseHosts(file, ['db', '10.0.0.1', 'db']), [web, db])
  assert.deepEqual(chooseHosts(file, []), [web, db, cache])
})

for (const [name, message] of [
  ['wbe', 'config.json has no host wbe; did you mean web?'],
  ['something', 'config.json has no host something'],
] as const)
  test(`a host that there is not: ${name}`, () =>
    assert.throws(() => chooseHosts(file, [name]), {exitCode: 2, message, suggestions: ['it has web, db, cache']}))

const a = hostOf({label: 'a', metric: 'm'})

for (const [name, hosts, message] of [
  ['none', [web, db], 'no host has a metric'],
  ['all but one', [a, db], 'db: has a metric missing'],
  ['one of three', [a, db, web], 'db, web: have a metric missing'],
] as const)
  test(`metrics are needed, and ${name} are there`, () =>
    assert.throws(() => withMetrics(hosts), {
      exitCode: 2,
      message,
      suggestions: ['make them: gnocchictl metrics create'],
    }))

test('metrics are needed, and there', () => assert.deepEqual(withMetrics([a]), [a]))
