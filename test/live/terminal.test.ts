import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'

import {gnocchiAs, labOf, openrc, unique} from './lab.ts'
import {person, type Person} from './person.ts'
import {Terminal} from './terminal.ts'
import {missing} from './tools.ts'

const skip = await missing('tmux')

const lab = labOf()

/** Alice with a host that has a measure of this minute, and one that has none. */
async function alice(t: TestContext): Promise<{person: Person; measured: string; fresh: string; minute: string}> {
  const who = person(t, openrc(lab, lab.users.alice))
  const [measured, fresh] = [unique('measured'), unique('fresh')]
  who.hostsFile([
    {ip: '10.0.0.1', name: measured},
    {ip: '10.0.0.2', name: fresh},
  ])
  await who.cli(['metrics', 'create'])
  const gnocchi = await gnocchiAs(lab, lab.users.alice)
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString().replace('.000Z', 'Z')
  await gnocchi('POST', `v1/metric/${who.metrics()[measured]!}/measures`, [
    {timestamp: minute, value: 40},
    {timestamp: minute.replace('00Z', '01Z'), value: 41},
  ])
  return {person: who, measured, fresh, minute}
}

test("consume asks as the seed's consumer did, shows the tables in place, and ends with Ctrl-C", {skip}, async (t) => {
  const {person: who, measured, fresh, minute} = await alice(t)
  const terminal = Terminal.start(who, ['consume', '--interval', '0.5'])
  assert.equal(
    await terminal.shows('6) Sum'),
    `? Please, choose a kind of aggregation:
  1) Mean
  2) Min
  3) Max
  4) Count
  5) Std
  6) Sum`,
  )
  terminal.type('3', 'Enter')
  assert.equal(
    await terminal.shows('2) Hour'),
    `✔ Please, choose a kind of aggregation: Max
? Please, choose a granularity:
  1) Minute
  2) Hour`,
  )
  terminal.type('1', 'Enter')
  const tables = `\
Host: ${measured}

+----------------------+-------------+-----+
| Timestamp            | Granularity | MAX |
+----------------------+-------------+-----+
| ${minute} | 1 minute    | 41  |
+----------------------+-------------+-----+

Host: ${fresh}

no measure has been sent yet; start: gnocchictl produce`
  assert.equal(await terminal.shows('no measure has been sent yet'), tables)

  // New measures appear where the old ones stand, and nothing scrolls.
  const gnocchi = await gnocchiAs(lab, lab.users.alice)
  await gnocchi('POST', `v1/metric/${who.metrics()[fresh]!}/measures`, [{timestamp: minute, value: 7}])
  const row = `| ${minute} | 1 minute    | 7   |`
  const screen = await terminal.shows(row)
  assert.equal(screen.match(/^Host: /gm)?.length, 2)
  assert.ok(screen.startsWith(`Host: ${measured}\n`), screen)
  assert.match(terminal.colours(), new RegExp(`\u001B\\[1m${measured}`), 'the name of a host is bold')

  terminal.type('C-c')
  assert.match(await terminal.shows('exit code'), /exit code 0$/)
  assert.ok(who.read('typescript').split('\u001B[H').length > 2, 'several frames, each drawn over the last')
})

test('Ctrl-C at a question leaves with 130, and without a word', {skip}, async (t) => {
  const {person: who} = await alice(t)
  const terminal = Terminal.start(who, ['consume'])
  await terminal.shows('6) Sum')
  terminal.type('C-c')
  const screen = await terminal.shows('exit code')
  assert.equal(screen.split('\n').at(-1), 'exit code 130')
  assert.doesNotMatch(screen, /error|bug|at /i)
})

test(
  'what is given is not asked for; NO_COLOR takes the colours, and --once neither clears nor repeats',
  {skip},
  async (t) => {
    const {person: who, measured, fresh, minute} = await alice(t)
    const flags = ['--agg', 'count', '--granularity', 'hour', '--once']
    const terminal = Terminal.start(who, ['consume', ...flags], {env: {NO_COLOR: '1'}})
    const hour = minute.replace(/:\d\d:/, ':00:')
    assert.equal(
      await terminal.shows('exit code'),
      `\
Host: ${measured}

+----------------------+-------------+-------+
| Timestamp            | Granularity | COUNT |
+----------------------+-------------+-------+
| ${hour} | 1 hour      | 2     |
+----------------------+-------------+-------+

Host: ${fresh}

no measure has been sent yet; start: gnocchictl produce

exit code 0`,
    )
    assert.doesNotMatch(who.read('typescript'), /\u001B\[\d*m|\u001B\[2J/)
  },
)

test('a terminal whose cursor does not move gets one look after the other, without escapes', {skip}, async (t) => {
  const {person: who, measured} = await alice(t)
  const flags = ['--agg', 'max', '--granularity', 'minute', '--count', '2', '--interval', '0.1']
  const terminal = Terminal.start(who, ['consume', ...flags], {env: {TERM: 'dumb'}})
  const screen = await terminal.shows(/exit code 0$/)
  assert.equal(screen.split(`Host: ${measured}\n`).length, 3)
  assert.doesNotMatch(who.read('typescript'), /\u001B/)
})

test('off a terminal there is no colour, no question and no redrawing', async (t) => {
  const {person: who, measured} = await alice(t)
  const {stdout, code} = await who.cli(['consume', '--count', '2', '--interval', '0.1'])
  assert.equal(code, 0)
  assert.equal(stdout.split(`Host: ${measured}\n`).length, 3)
  assert.match(stdout, /\| 1 minute {4}\| 40\.5 \|/)
  assert.doesNotMatch(stdout, /\u001B/)
})
