// Formats that are text: what a script takes apart is what the official client prints, numbers to the letter.
import assert from 'node:assert/strict'
import {after, before, describe, test} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiAs, openLab, openrc, stored, unique, type Http, type Lab} from './lab.ts'
import {officialClient} from './official.ts'
import {person, type Person} from './person.ts'

const minute = 60_000
/** Begin of an hour, in the past whichever one is under way. */
const base = Math.floor(Date.now() / (60 * minute)) * 60 * minute - 60 * minute
const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z')

const values = [300, 0.1, 1 / 3, -3, 0, 1e15, 1e16, 123_456_789_012_345_680, 0.0001, 0.00001, 1.5e300, 1e-300]

const lists = ['table', 'value', 'csv', 'yaml']

/** The same YAML: PyYAML sorts the keys of rows, and puts text in other quotes, or in none. */
const sameYaml = (text: string): string[] =>
  text
    .replaceAll("'", '"')
    .split(/^(?=- )/m)
    .map((item) => item.replace(/^- /, '  ').split('\n').sort().join('\n'))

const inAnyOrder = (text: string): string[] => text.split('\n').sort()

for (const suite of suites)
  describe(suite, {concurrency: 3}, () => {
    /** gnocchiclient 7.0, of Debian 12, has the fields of resources and metrics in the order of the alphabet; 7.1 has ours. */
    const ordered = suite !== 'bookworm'
    let lab: Lab
    let gnocchi: Http
    let admins: Http
    let has: Awaited<ReturnType<typeof floats>>
    before(async () => {
      lab = await openLab(suite)
      gnocchi = await gnocchiAs(lab, lab.users.alice)
      admins = await gnocchiAs(lab, lab.users.admin)
      has = await floats()
    })
    after(async () => {
      await gnocchi('DELETE', `v1/resource/generic/${has.resource}`)
      await admins('DELETE', `v1/resource_type/${has.type}`)
    })

    test(`${suite}: JSON on one line has the spaces that scripts look for`, async (t) => {
      const columns = ['-c', 'name', '-c', 'back_window', '-c', 'definition']
      const line = ['archive-policy', 'show', 'medium', '-f', 'json', '--noindent', ...columns]
      const ours = await person(t, openrc(lab, lab.users.alice)).cli(line)
      const theirs = await officialClient(lab, lab.users.alice)(line)
      assert.match(ours.stdout, /"name": "medium", /)
      const pieces = (text: string) => (ordered ? [text] : text.split(/[{}]|, (?=")/).sort())
      assert.deepEqual(pieces(ours.stdout), pieces(theirs.stdout))
    })

    /** A resource of a type of its own with attributes that are numbers, and metrics a and b of numbers of all sizes. */
    async function floats() {
      const [type, resource] = [unique('live-type'), unique('live-floats')]
      const number = {type: 'number', required: false}
      await admins('POST', 'v1/resource_type', {
        name: type,
        attributes: {cores: number, share: number, tiny: number, powered: {type: 'bool', required: false}},
      })
      const metric = {archive_policy_name: 'medium'}
      const {body} = await gnocchi('POST', `v1/resource/${type}`, {
        ...{id: resource, cores: 4, share: 0.25, tiny: 0.000_01, powered: true},
        metrics: {a: metric, b: metric},
      })
      const {a, b} = (body as {metrics: {a: string; b: string}}).metrics
      const measures = values.map((value, index) => ({timestamp: iso(base + index * minute), value}))
      await gnocchi('POST', 'v1/batch/metrics/measures', {[a]: measures, [b]: measures.slice(0, 3)})
      for (const id of [a, b]) await stored(gnocchi, id, 'mean', 60)
      return {type, resource, a, b}
    }

    /** A command line in each format by both: what is printed, and the exit code. */
    async function compare(ours: Person, line: readonly string[], formats: readonly string[], inOrder = true) {
      const official = officialClient(lab, lab.users.alice)
      for (const format of formats) {
        const args = [...line, '-f', format]
        const [mine, theirs] = await Promise.all([ours.cli(args), official(args)])
        const [printed, expected] = [mine, theirs].map(({stdout, code}) => ({
          stdout: format === 'yaml' ? sameYaml(stdout) : inOrder ? stdout : inAnyOrder(stdout),
          code,
        }))
        assert.deepEqual(printed, expected, args.join(' '))
        assert.equal(mine.code, 0, mine.stderr)
        assert.notEqual(mine.stdout, '')
      }
    }

    test(`${suite}: measures show prints the numbers of the official client in every format`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const {resource, a} = has
      await compare(alice, ['measures', 'show', a, '--granularity', '60', '--utc'], lists)
      const short = ['measures', 'show', a, '--gran', '0:01:00', '--resample', '0:02:00']
      await compare(alice, [...short, '--utc', '--aggregation', 'max'], ['value'])
      await compare(
        alice,
        ['measures', 'show', 'a', '-r', resource, '-c', 'value', '-c', 'granularity'],
        ['table', 'csv'],
      )
    })

    test(`${suite}: measures aggregation and aggregates print them too, grouped or not`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const {resource, a, b} = has
      const ofOne = [`original_resource_id = "${resource}"`, '--groupby', 'original_resource_id']
      await compare(alice, ['measures', 'aggregation', '-m', a, b, '--reaggregation', 'max'], lists)
      await compare(alice, ['measures', 'aggregation', '-m', 'a', '--query', ...ofOne], ['table'])
      await compare(alice, ['aggregates', `(metric (${a} mean) (${b} max))`, '--granularity', '60'], lists)
      await compare(alice, ['aggregates', '(* 2 (aggregate sum (metric a mean)))', ...ofOne], ['value'])
    })

    test(`${suite}: resources are printed as there: numbers are floats, nothing is None, truth is True`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const {type, resource} = has
      const typed = ['-t', type]
      await compare(alice, ['resource', 'show', resource, ...typed], ['table', 'yaml'], ordered)
      const scalars = ['cores', 'share', 'tiny', 'powered', 'user_id'].map((name) => ['-c', name])
      await compare(alice, ['resource', 'show', resource, ...typed, ...scalars.flat()], ['value', 'shell'], ordered)
      const search = ['resource', 'search', `original_resource_id = "${resource}"`, ...typed]
      for (const columns of ordered ? [scalars.flat()] : scalars)
        await compare(alice, [...search, ...columns], ['value'])
      // All columns where they are in one order, else each for itself.
      for (const columns of ordered ? [[]] : scalars) {
        await compare(
          alice,
          ['resource', 'list', '--details', ...typed, ...columns],
          ordered ? lists : ['table', 'csv'],
        )
        await compare(alice, ['resource', 'history', resource, '--details', ...typed, ...columns], ['table'])
      }
    })

    test(`${suite}: metrics are printed as there`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const {resource, a} = has
      await compare(alice, ['metric', 'show', 'a', '-r', resource], ['table', 'value', 'yaml'], ordered)
      const [list, shell] = await Promise.all([
        alice.cli(['metric', 'list', '--id', a, '-c', 'name', '-c', 'unit']),
        alice.cli(['metric', 'show', a, '-f', 'shell', '-c', 'unit', '-c', 'archive_policy/name']),
      ])
      assert.equal(list.stdout, '+------+------+\n| name | unit |\n+------+------+\n| a    | None |\n+------+------+\n')
      // The name that the official client gives it, archive_policy/name, is none that a shell takes.
      assert.equal(shell.stdout, 'unit="None"\narchive_policy_name="medium"\n')
    })

    test(`${suite}: limits of an attribute are floats or not as they were given, whoever gave them`, async (t) => {
      const admin = person(t, openrc(lab, lab.users.admin))
      const official = officialClient(lab, lab.users.admin)
      const [ourType, theirType] = [unique('live-limits'), unique('live-limits')]
      const line = (type: string) => ['resource-type', 'create', type, '-a', 'y:number:no:min=2.0:max=1e16']
      const told = 'max=1e+16, min=2.0, required=False, type=number\n'
      const only = ['-f', 'value', '-c', 'attributes/y']
      const [made, theirs] = await Promise.all([
        admin.cli([...line(ourType), ...only]),
        official([...line(theirType), ...only]),
      ])
      t.after(() => Promise.all([ourType, theirType].map((type) => admins('DELETE', `v1/resource_type/${type}`))))
      assert.deepEqual([made, theirs.stdout], [{stdout: told, stderr: '', code: 0}, told])
      for (const [ask, type] of [
        [admin.cli.bind(admin), theirType],
        [official, ourType],
      ] as const)
        assert.equal((await ask(['resource-type', 'show', type, ...only])).stdout, told)
      const {stdout} = await admin.cli(['resource-type', 'list', '-f', 'json'])
      const listed = (JSON.parse(stdout) as {name: string; attributes: string}[]).find(({name}) => name === theirType)
      assert.equal(listed!.attributes, '- y: type: number , required: False , min: 2.0 , max: 1e+16')
    })

    test(`${suite}: JSON has numbers as ever`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const {stdout} = await alice.cli([...['measures', 'show', has.b, '--granularity', '60'], '-f', 'ndjson', '--utc'])
      assert.equal(
        stdout.split('\n')[0],
        `{"timestamp":"${iso(base).replace('Z', '+00:00')}","granularity":60,"value":300}`,
      )
    })
  })
