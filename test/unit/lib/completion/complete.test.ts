import assert from 'node:assert/strict'
import {test} from 'node:test'

import {answers, bashWords} from '../../../../src/lib/completion/answer.ts'
import {complete, type Candidate, type NamesOf} from '../../../../src/lib/completion/complete.ts'
import {completionTable} from '../../../../src/lib/completion/table.ts'

const flags = {
  format: {type: 'option', char: 'f', description: 'how to print', options: ['table', 'json', 'csv']},
  column: {type: 'option', char: 'c', description: 'print only this column', multiple: true},
  debug: {type: 'boolean', description: 'say more'},
  'os-cloud': {type: 'option', description: 'a cloud'},
  'os-interface': {type: 'option', description: 'which endpoint', aliases: ['os-endpoint-type']},
  'collect-timing': {type: 'boolean', description: 'ignored', hidden: true},
}

const table = completionTable(
  {
    'archive-policy:list': {
      summary: 'List policies.',
      flags: {...flags, 'sort-column': {type: 'option', description: 'sort by this', multiple: true}},
      args: {},
    },
    'archive-policy:show': {summary: 'Show a policy.', flags, args: {name: {}}},
    'archive-policy:create': {summary: 'Make a policy.', flags, args: {name: {}}},
    'metric:show': {
      summary: 'Show a metric.',
      flags: {...flags, 'resource-id': {type: 'option', description: 'its resource'}},
      args: {metric: {}},
    },
    'metric:delete': {summary: 'Delete metrics.', flags, args: {metric: {multiple: true}}},
    'metrics:list': {summary: 'List metrics.', flags, args: {}},
    produce: {summary: 'Sample.', flags, args: {}},
    'produce:status': {summary: 'How it goes.', flags, args: {}},
    completion: {summary: 'Print a script.', flags, args: {shell: {options: ['bash', 'zsh']}}},
    secret: {summary: 'Not shown.', hidden: true, flags, args: {}},
  },
  {'archive-policy': {description: 'Policies.'}, metrics: {description: 'Of hosts.'}},
  ['debug', 'os-cloud', 'os-interface', 'collect-timing'],
  {metrics: 'metric'},
  {'archive-policy:list': ['name', 'back_window']},
)

const names: Record<string, Candidate[]> = {
  policy: [{value: 'low'}, {value: 'medium'}],
  metric: [{value: 'web-1/', open: true}, {value: 'load'}],
  resource: [{value: 'web-1'}],
  cloud: [{value: 'lab'}, {value: 'lab-admin'}],
}

const namesOf: NamesOf = async (kind) => names[kind] ?? []

const rows: [line: string, expected: string][] = [
  ['', 'archive-policy metric metrics produce completion'],
  ['arch', 'archive-policy'],
  ['archive-policy ', 'list show create'],
  ['archive-policy s', 'show'],
  ['archive-policy show ', 'low medium'],
  ['archive-policy show low ', ''],
  ['archive-policy create ', ''],
  ['archive-policy:show l', 'low'],
  ['metric show ', 'web-1/ load'],
  ['metric delete load ', 'web-1/ load'],
  ['metrics ', 'show delete list'],
  ['metrics show lo', 'load'],
  ['produce ', 'status'],
  ['produce status ', ''],
  ['completion z', 'zsh'],
  ['secr', ''],
  ['nosuch ', ''],
  ['help archive-policy s', 'show'],
  ['archive-policy show --f', '--format'],
  ['archive-policy show --format ', 'table json csv'],
  ['archive-policy show -f j', 'json'],
  ['archive-policy show -fjson l', 'low'],
  ['archive-policy show --format=j', '--format=json'],
  ['archive-policy show --debug=', ''],
  ['archive-policy list -c ', 'name back_window'],
  ['archive-policy list --column=n', '--column=name'],
  ['archive-policy list -c name --sort-column b', 'back_window'],
  ['archive-policy show -c ', ''],
  ['archive-policy show --format json --format', ''],
  ['archive-policy show --column a --col', '--column'],
  ['archive-policy show --col', '--column'],
  ['archive-policy show --coll', ''],
  ['archive-policy show -- --f', ''],
  ['metric show --resource-id ', 'web-1'],
  ['metric show --resource-id w ', 'web-1/ load'],
  ['--d', '--debug'],
  ['--os-cloud ', 'lab lab-admin'],
  ['--os-cloud=lab-', '--os-cloud=lab-admin'],
  ['--os-cloud lab --debug archive-policy show m', 'medium'],
  ['--os-endpoint-type internal archive-policy sh', 'show'],
  ['archive-policy show --nosuch x', ''],
]

for (const [line, expected] of rows)
  test(`${line}⇥ is completed with ${expected || 'nothing'}`, async () => {
    const candidates = await complete(table, line.split(' '), namesOf)
    assert.equal(candidates.map(({value}) => value).join(' '), expected)
  })

test('flags and commands say what they are', async () => {
  assert.deepEqual(await complete(table, ['archive-policy', 'l'], namesOf), [{value: 'list', text: 'List policies.'}])
  assert.deepEqual(await complete(table, ['arch'], namesOf), [{value: 'archive-policy', text: 'Policies.'}])
  assert.deepEqual(await complete(table, ['produce', '--deb'], namesOf), [{value: '--debug', text: 'say more'}])
})

const cut: [line: string, words: string[]][] = [
  ['', ['']],
  ['a b', ['a', 'b']],
  ['a  b ', ['a', 'b', '']],
  ['a "b c" d', ['a', 'b c', 'd']],
  ["a 'b c", ['a', 'b c']],
  ['a "b \\" c', ['a', 'b " c']],
  ['a b\\ c', ['a', 'b c']],
  ['a x"y z"w\\', ['a', 'xy zw']],
  ["a ''", ['a', '']],
]

for (const [line, words] of cut)
  test(`bash has ${JSON.stringify(words)} of ${JSON.stringify(line)}`, () => assert.deepEqual(bashWords(line), words))

test('bash gets what follows its own breaks, quoted, with a space where the word ends', () => {
  const lines = (line: string, ...values: Candidate[]) => answers.bash.lines(values, [line, ' \n":='])
  assert.deepEqual(lines('gnocchictl x --format=j', {value: '--format=json'}), ['json '])
  assert.deepEqual(lines('gnocchictl x a', {value: 'a b$(c)'}, {value: 'a/', open: true}), ['a\\ b\\$\\(c\\) ', 'a/'])
})
