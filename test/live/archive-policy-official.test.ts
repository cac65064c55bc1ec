// Archive policies and their rules, beside the official client on the same server.
import assert from 'node:assert/strict'
import {describe, test, type TestContext} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiOf, labOf, openrc, unique} from './lab.ts'
import {assertSameJson, officialClient, parsed, type Official} from './official.ts'
import {person, type Ended, type Person} from './person.ts'

type Fields = Record<string, unknown>

/** What gnocchictl adds for programs is left out, and what may come in any order is sorted. */
const official = (said: unknown): unknown => {
  const added = [
    'periods',
    'bytes_per_metric',
    'raw_bytes_per_metric',
    'oldest_accepted',
    'existing',
    'notes',
    'create',
  ]
  const {aggregation_methods: methods, ...rest} = said as Fields
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !added.includes(name))),
    aggregation_methods: (methods as string[]).toSorted(),
  }
}
const notOfOthers = ({name}: Fields) => !/^(live|bench|faults)-/.test(String(name))

for (const suite of suites)
  describe(suite, {concurrency: 4}, () => {
    let admin: Official
    const lab = labOf(suite, async () => {
      admin = officialClient(lab, lab.users.admin)
    })
    const gnocchi = gnocchiOf(lab, 'admin')

    /** The admin with gnocchictl, and a policy or rule that is gone afterwards. */
    const us = (t: TestContext): Person => person(t, openrc(lab, lab.users.admin))
    const named = (t: TestContext, kind: 'archive_policy' | 'archive_policy_rule') => {
      const name = unique('live')
      t.after(() => gnocchi('DELETE', `v1/${kind}/${name}`))
      return name
    }
    const sameButName = (mine: Ended, theirs: Ended, normal: (said: unknown) => unknown) => {
      const [ours, others] = [parsed(mine), parsed({...theirs, stderr: ''})].map((said) => normal(said) as Fields) as [
        Fields,
        Fields,
      ]
      assert.deepEqual({...ours, name: ''}, {...others, name: ''})
      return ours
    }

    test(`${suite}: list and show of policies and rules say what the official client says`, async (t) => {
      const ours = us(t)
      await Promise.all([
        assertSameJson(ours, admin, ['archive-policy', 'show', 'high'], official),
        assertSameJson(ours, admin, ['archive-policy', 'list'], (said) =>
          (said as Fields[]).filter(notOfOthers).map(official),
        ),
        assertSameJson(ours, admin, ['archive-policy-rule', 'list'], (said) => (said as Fields[]).filter(notOfOthers)),
        assertSameJson(ours, admin, ['archive-policy-rule', 'show', 'default']),
      ])
      const {stdout} = await ours.cli(['archive-policy-rule', 'show', 'default', '-f', 'value'])
      assert.equal(stdout, 'default\nlow\n*\n')
    })

    test(`${suite}: a policy is made and changed as the official client does`, async (t) => {
      const [mine, theirs] = [named(t, 'archive_policy'), named(t, 'archive_policy')]
      const ours = us(t)
      const both = async (verb: string, ...flags: string[]) => {
        const [a, b] = await Promise.all([
          ours.cli(['archive-policy', verb, mine, ...flags, '-f', 'json']),
          admin(['archive-policy', verb, theirs, ...flags, '-f', 'json']),
        ])
        return sameButName(a, b, official)
      }
      const words = ['-d', 'granularity:1s,points:60', '-d', 'timespan:2 days,granularity:00:05:00', '-d']
      await both('create', ...words, 'timespan:365 days,points:365', '-b', '2', '-m', 'mean', '-m', 'rate:95pct')
      const changed = await both('update', ...words.with(1, 'granularity:1,points:120'), 'granularity:1d,points:5')
      assert.deepEqual(changed['definition'], [
        {timespan: '0:02:00', granularity: '0:00:01', points: 120},
        {timespan: '2 days, 0:00:00', granularity: '0:05:00', points: 576},
        {timespan: '5 days, 0:00:00', granularity: '1 day, 0:00:00', points: 5},
      ])
    })

    test(`${suite}: methods are changes to the default ones, or all but some`, async (t) => {
      const [mine, theirs, all] = [1, 2, 3].map(() => named(t, 'archive_policy')) as [string, string, string]
      const words = ['-d', 'granularity:1s,points:60', '-m=-std', '-m', '+99pct', '-f', 'json']
      const ours = us(t)
      const [a, b, c] = await Promise.all([
        ours.cli(['archive-policy', 'create', mine, ...words]),
        admin(['archive-policy', 'create', theirs, ...words]),
        ours.cli([
          'archive-policy',
          'create',
          all,
          '-d',
          'granularity:1m,points:5',
          '-m',
          '*',
          '-m=-mean',
          '-f',
          'json',
        ]),
      ])
      const made = sameButName(a, b, official)
      assert.deepEqual(made['aggregation_methods'], ['99pct', 'count', 'max', 'mean', 'min', 'sum'])
      assert.equal((parsed(c) as {aggregation_methods: string[]}).aggregation_methods.length, 215)
    })

    test(`${suite}: methods beside changes to them are refused; the official client makes methods called +99pct`, async (t) => {
      const [mine, theirs] = [named(t, 'archive_policy'), named(t, 'archive_policy')]
      const words = ['-d', 'granularity:1s,points:60', '-m', 'mean', '-m', '+99pct', '-f', 'json']
      const [a, b] = await Promise.all([
        us(t).cli(['archive-policy', 'create', mine, ...words]),
        admin(['archive-policy', 'create', theirs, ...words]),
      ])
      assert.deepEqual(a, {
        stdout: '',
        stderr:
          'error: the methods mean and the changes +99pct do not go together\n  try: name all methods, or only changes to the default ones, or changes to * (all there are)\n',
        code: 2,
      })
      const {aggregation_methods: made} = parsed({...b, stderr: ''}) as {aggregation_methods: string[]}
      assert.ok(made.includes('+99pct'), made.join())
      assert.equal((await gnocchi('GET', `v1/archive_policy/${mine}`)).status, 404)
    })

    test(`${suite}: the back window of a policy changes where the server can, which the official client cannot ask for`, async (t) => {
      const name = named(t, 'archive_policy')
      const ours = us(t)
      const made = await ours.cli(['archive-policy', 'create', name, '-d', 'granularity:1m,points:60'])
      assert.equal(made.code, 0, made.stderr)
      const changed = await ours.cli(['archive-policy', 'update', name, '-b', '5', '-f', 'json'])
      const {body} = await gnocchi('GET', `v1/archive_policy/${name}`)
      const {back_window: backWindow, definition} = body as Fields
      assert.deepEqual(definition, [{timespan: '1:00:00', granularity: '0:01:00', points: 60}])
      if (suite !== 'bookworm') {
        assert.equal((parsed({...changed, stderr: ''}) as Fields)['back_window'], 5)
        assert.equal(
          changed.stderr,
          `warning: metrics of ${name} have raw measures of the old back window only: till they have more, a late measure takes the place of all that its period holds\n`,
        )
        const narrower = await ours.cli(['archive-policy', 'update', name, '-b', '4'])
        assert.deepEqual([narrower.stderr, narrower.code], ['', 0])
        assert.equal(backWindow, 5)
      } else {
        assert.deepEqual(changed, {
          stdout: '',
          stderr:
            'error: this Gnocchi cannot change a back window: 4.5 and later can\n  try: see which it is: gnocchictl server version; another policy, with the back window wanted, can be made\n',
          code: 4,
        })
        assert.equal(backWindow, 0)
      }
    })

    test(`${suite}: rules are made, renamed and deleted as the official client does`, async (t) => {
      const [mine, theirs] = [named(t, 'archive_policy_rule'), named(t, 'archive_policy_rule')]
      const ours = us(t)
      const both = async (verb: string, flags: string[], names = [mine, theirs] as const) => {
        const [a, b] = await Promise.all([
          ours.cli(['archive-policy-rule', verb, names[0], ...flags, '-f', 'json']),
          admin(['archive-policy-rule', verb, names[1], ...flags, '-f', 'json']),
        ])
        return sameButName(a, b, (said) => said)
      }
      await both('create', ['-a', 'medium', '-m', `${mine}.*`])
      const renamed = await ours.cli(['archive-policy-rule', 'update', mine, '-n', `${mine}x`, '-f', 'json'])
      assert.deepEqual(parsed(renamed), {
        name: `${mine}x`,
        archive_policy_name: 'medium',
        metric_pattern: `${mine}.*`,
      })
      const back = await ours.cli(['archive-policy-rule', 'update', `${mine}x`, '--name', mine])
      assert.equal(back.code, 0, back.stderr)
      const gone = await ours.cli(['archive-policy-rule', 'delete', mine])
      assert.deepEqual(gone, {stdout: '', stderr: '', code: 0})
      const [a, b] = await Promise.all([
        ours.cli(['archive-policy-rule', 'delete', mine]),
        admin(['archive-policy-rule', 'show', mine]),
      ])
      assert.deepEqual([a.code, a.stderr.split('\n')[0]], [4, `error: ${b.stderr.trim()}`])
    })

    test(`${suite}: a policy that nothing uses is deleted${suite === 'bookworm' ? ', where the official client gets a 406' : ''}`, async (t) => {
      const [name, rule] = [named(t, 'archive_policy'), named(t, 'archive_policy_rule')]
      const ours = us(t)
      await gnocchi('POST', 'v1/archive_policy', {name, definition: [{granularity: 60, points: 5}]})
      await gnocchi('POST', 'v1/archive_policy_rule', {name: rule, metric_pattern: rule, archive_policy_name: name})
      // On PostgreSQL 18 Gnocchi fails there, whatever its version.
      const said = suite === 'forky' ? 'Gnocchi failed instead of saying so' : 'HTTP 400'
      assert.deepEqual(await ours.cli(['archive-policy', 'delete', name]), {
        stdout: '',
        stderr: `error: Archive policy ${name} is still in use (${said})\n  try: metrics use it (deleted ones too, until Gnocchi expunges them, within 5 minutes), or rules do: gnocchictl archive-policy-rule list\n`,
        code: 4,
      })
      if (suite === 'bookworm')
        for (const theirs of await Promise.all([
          admin(['archive-policy', 'delete', name]),
          admin(['archive-policy-rule', 'delete', rule]),
        ]))
          assert.deepEqual([theirs.code, theirs.stderr.trim()], [1, 'Not Acceptable (HTTP 406)'])
      const gone = await ours.cli(['archive-policy-rule', 'delete', rule])
      assert.deepEqual(gone, {stdout: '', stderr: '', code: 0})
      assert.deepEqual(await ours.cli(['archive-policy', 'delete', name]), {stdout: '', stderr: '', code: 0})
      assert.equal((await gnocchi('GET', `v1/archive_policy/${name}`)).status, 404)
    })

    test(`${suite}: who is no admin, and what there is already`, async (t) => {
      const name = named(t, 'archive_policy')
      const create = ['archive-policy', 'create', name, '-d', 'granularity:1m,points:5']
      const alice = await person(t, openrc(lab, lab.users.alice)).cli(create)
      assert.deepEqual(alice, {
        stdout: '',
        stderr:
          'error: Forbidden (HTTP 403): POST /v1/archive_policy\n  try: this user may not do that: metrics belong to the project that made them, policies to the admin\n',
        code: 4,
      })
      const ours = us(t)
      assert.equal((await ours.cli(create)).code, 0)
      const again = await ours.cli(create)
      assert.deepEqual([again.code, again.stderr], [4, `error: Archive policy ${name} already exists (HTTP 409)\n`])
    })

    test(`${suite}: match names the rule whose policy Gnocchi then gives a metric, be it not the longest`, async (t) => {
      const prefix = unique('live')
      const patterns = {low: `${prefix}.*`, medium: `${prefix}.ab*`, high: `${prefix[0]}*${prefix.slice(1)}.abc.d?[!x]`}
      for (const [policy, pattern] of Object.entries(patterns)) {
        const name = named(t, 'archive_policy_rule')
        await gnocchi('POST', 'v1/archive_policy_rule', {name, metric_pattern: pattern, archive_policy_name: policy})
      }
      const ours = us(t)
      const check = async (name: string) => {
        const made = (await gnocchi('POST', 'v1/metric', {name})).body as {id: string; archive_policy_name: string}
        t.after(() => gnocchi('DELETE', `v1/metric/${made.id}`))
        const matched = parsed(await ours.cli(['archive-policy-rule', 'match', name, '-f', 'json'])) as Fields
        assert.equal(matched['archive_policy_name'], made.archive_policy_name, name)
        return [matched['metric_pattern'], (matched['passed_over'] as string[]).length]
      }
      const [short, middle, long, other, upper] = await Promise.all(
        [`${prefix}.x`, `${prefix}.abc`, `${prefix}.abc.de!`, prefix, `${prefix.toUpperCase()}.abc`].map(check),
      )
      assert.deepEqual(short, [patterns.low, 1])
      assert.deepEqual(middle, [patterns.medium, 2])
      // Three match, and the longest pattern is the last to be tried: l* comes before live, backwards.
      assert.deepEqual(long, [patterns.medium, 3])
      assert.deepEqual(
        [other, upper],
        [
          ['*', 0],
          ['*', 0],
        ],
      )
    })

    test(`${suite}: what is suggested can be made as it is, by either client, and is known to be there then`, async (t) => {
      const name = named(t, 'archive_policy')
      const ours = us(t)
      const wish = ['archive-policy', 'suggest', '--interval', '20s', '--keep', '90d', '-m', '7pct', '--late', '2h']
      const said = parsed(await ours.cli([...wish, '--name', name, '-f', 'json'])) as Fields & {create: string}
      assert.deepEqual(said['existing'], [])
      const [program, ...words] = said.create.split(' ')
      assert.equal(program, 'gnocchictl')
      const made = official(parsed({...(await admin([...words, '-f', 'json'])), stderr: ''}))
      assert.deepEqual(official(said), made)
      const again = parsed(await ours.cli([...wish, '-f', 'json'])) as Fields
      assert.deepEqual(again['existing'], [name])
    })
  })

test('a policy is suggested where no server is set up, and it is said that none was asked', async (t) => {
  const words = ['archive-policy', 'suggest', '--interval', '1m', '--keep', '7d', '-f', 'value', '-c', 'create']
  const nobody = person(t)
  const create = 'gnocchictl archive-policy create 1m-7d -d granularity:1m,timespan:7d\n'
  const {stdout, stderr, code} = await nobody.cli(words)
  assert.deepEqual([stdout, code], [create, 0])
  assert.match(stderr, /^not compared with the policies of a server: [^\n]+\n$/)
  assert.deepEqual(await nobody.cli([...words, '--offline']), {stdout: create, stderr: '', code: 0})
})
