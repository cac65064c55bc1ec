import assert from 'node:assert/strict'
import {test} from 'node:test'

import fc from 'fast-check'

import {
  chooseColumns,
  formats,
  inPieces,
  sortRows,
  type Column,
  type ListFormatName,
  type Look,
} from '../../../../src/lib/render/formats.ts'

interface Thing {
  name: string
  size: number | null
  tags: string[]
}

const columns: readonly Column<Thing>[] = [
  {name: 'name', value: ({name}) => name},
  {
    name: 'size',
    title: 'how big',
    value: ({size}) => size,
    text: ({size}) => (size === null ? 'unknown' : `${size} B`),
  },
  {name: 'tags', value: ({tags}) => tags, programsOnly: true},
]

const things: Thing[] = [
  {name: 'a, "quoted"', size: 1.5, tags: ['x', 'y']},
  {name: 'two\nlines', size: null, tags: []},
]

for (const [format, list, one, nothing] of [
  [
    'table',
    `+-------------+---------+
| name        | how big |
+-------------+---------+
| a, "quoted" | 1.5 B   |
| two         | unknown |
| lines       |         |
+-------------+---------+
`,
    `+---------+-------------+
| Field   | Value       |
+---------+-------------+
| name    | a, "quoted" |
| how big | 1.5 B       |
+---------+-------------+
`,
    '',
  ],
  [
    'json',
    `[
  {
    "name": "a, \\"quoted\\"",
    "size": 1.5,
    "tags": [
      "x",
      "y"
    ]
  },
  {
    "name": "two\\nlines",
    "size": null,
    "tags": []
  }
]
`,
    `{
  "name": "a, \\"quoted\\"",
  "size": 1.5,
  "tags": [
    "x",
    "y"
  ]
}
`,
    '[]\n',
  ],
  [
    'csv',
    '"name","size","tags"\n"a, ""quoted""",1.5,"[""x"",""y""]"\n"two\nlines","","[]"\n',
    '"name","size","tags"\n"a, ""quoted""",1.5,"[""x"",""y""]"\n',
    '"name","size","tags"\n',
  ],
  ['value', 'a, "quoted" 1.5 ["x","y"]\ntwo\nlines None []\n', 'a, "quoted"\n1.5\n["x","y"]\n', ''],
  [
    'ndjson',
    '{"name":"a, \\"quoted\\"","size":1.5,"tags":["x","y"]}\n{"name":"two\\nlines","size":null,"tags":[]}\n',
    '{"name":"a, \\"quoted\\"","size":1.5,"tags":["x","y"]}\n',
    '',
  ],
  [
    'yaml',
    '- name: a, "quoted"\n  size: 1.5\n  tags:\n    - x\n    - "y"\n- name: |-\n    two\n    lines\n  size: null\n  tags: []\n',
    'name: a, "quoted"\nsize: 1.5\ntags:\n  - x\n  - "y"\n',
    '[]\n',
  ],
] as [ListFormatName, string, string, string][])
  test(`${format}: rows, one thing, nothing`, async () => {
    assert.equal(await formats[format].list(things, columns), list)
    assert.equal(await formats[format].one(things[0]!, columns), one)
    assert.equal(await formats[format].list([], columns), nothing)
  })

async function* pagesOf<T>(pages: readonly T[]): AsyncGenerator<T> {
  for (const page of pages) yield page
}

async function textOf(texts: AsyncIterable<string>): Promise<string> {
  let all = ''
  for await (const text of texts) all += text
  return all
}

const pagesOfThings = fc.array(
  fc.array(
    fc.record({
      name: fc.oneof(
        fc.string({unit: 'binary'}),
        fc.constantFrom('', 'a\n', '\n\nb\n\n', ' ', '- x', '---', ']', '\u2028', 'no'),
      ),
      size: fc.option(fc.double({noNaN: true, noDefaultInfinity: true})),
      tags: fc.array(fc.string(), {maxLength: 2}),
    }),
    {maxLength: 3},
  ),
  {maxLength: 4},
)

for (const format of ['json', 'csv', 'yaml', 'value', 'ndjson'] as const)
  for (const look of [{}, {noindent: true}, {quote: 'none'}] satisfies Look[])
    test(`${format} ${JSON.stringify(look)}: pages give the text that all rows at once do`, () =>
      fc.assert(
        fc.asyncProperty(pagesOfThings, async (pages) => {
          const inOne = await formats[format].list(pages.flat(), columns, look)
          assert.equal(await textOf(inPieces(pagesOf(pages), () => formats[format].pieces(columns, look))), inOne)
        }),
        {numRuns: 50},
      ))

test('the columns of pages are chosen by the first rows there are; nothing is written before these', async () => {
  const seen: Thing[][] = []
  const texts = inPieces(pagesOf([[], [things[0]!], [things[1]!]]), (rows: readonly Thing[]) => {
    seen.push([...rows])
    return formats.csv.pieces(columns)
  })
  const {value: first} = await texts.next()
  assert.equal(first, formats.csv.list([things[0]!], columns))
  await textOf(texts)
  assert.deepEqual(seen, [[things[0]]])
})

test('control characters of a server become visible, in what people see', () => {
  const evil = [{name: 'a\u001B[2J\tb\u009B1m\r', size: 1, tags: []}]
  const shown = 'a\\u001b[2J\\u0009b\\u009b1m\\u000d'
  for (const format of ['table', 'value'] as const) {
    const text = formats[format].list(evil, columns)
    assert.ok(text.includes(shown), text)
    assert.doesNotMatch(text, /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
  }
})

test('columns are chosen by name or heading, in their own order', () => {
  const chosen = (...names: string[]) => chooseColumns(columns, names).map(({name}) => name)
  assert.deepEqual(chosen('tags', 'How Big', 'NAME'), ['name', 'size', 'tags'])
  assert.deepEqual(chosen('tags', 'how_big'), ['size', 'tags'])
  assert.deepEqual(chosen(), ['name', 'size', 'tags'])
  assert.equal(chooseColumns(columns, undefined), columns)
})

for (const [name, message] of [
  ['nmae', '--column: there is no column "nmae"; did you mean "name"?'],
  ['elsewhere', '--column: there is no column "elsewhere"'],
] as const)
  test(`a column that there is not: ${name}`, () =>
    assert.throws(() => chooseColumns(columns, ['size', name]), {
      name: 'UsageError',
      exitCode: 2,
      message,
      suggestions: ['there are name, size, tags'],
    }))

test('shell: variables that eval takes as they are, prefixed where asked', () => {
  const row: Thing = {name: 'it\'s "$HOME" `id` \\', size: null, tags: ['x']}
  assert.equal(
    formats.shell.one(row, columns, {prefix: 'metric_'}),
    'metric_name="it\'s \\"\\$HOME\\" \\`id\\` \\\\"\nmetric_size="None"\nmetric_tags="[\\"x\\"]"\n',
  )
})

test('JSON on one line, where asked', () => {
  assert.equal(formats.json.list([], columns, {noindent: true}), '[]\n')
  assert.equal(
    formats.json.one(things[1]!, columns, {noindent: true}),
    '{"name": "two\\nlines", "size": null, "tags": []}\n',
  )
  assert.equal(
    formats.json.list(things, columns, {noindent: true}),
    '[{"name": "a, \\"quoted\\"", "size": 1.5, "tags": ["x", "y"]}, {"name": "two\\nlines", "size": null, "tags": []}]\n',
  )
})

for (const [quote, line] of [
  ['all', '"a, ""quoted""","1.5","[""x"",""y""]"'],
  ['minimal', '"a, ""quoted""",1.5,"[""x"",""y""]"'],
  ['nonnumeric', '"a, ""quoted""",1.5,"[""x"",""y""]"'],
  ['none', 'a\\, \\"quoted\\",1.5,[\\"x\\"\\,\\"y\\"]'],
] as const)
  test(`csv: --quote ${quote}`, () =>
    assert.equal(formats.csv.list([things[0]!], columns, {quote}).split('\n')[1], line))

test('rows are sorted by columns, what is null last, the other way round when descending', () => {
  const rows: Thing[] = [
    {name: 'b', size: 10, tags: []},
    {name: 'a', size: null, tags: []},
    {name: 'b', size: 9, tags: []},
  ]
  const sorted = (names: string[], descending = false) =>
    sortRows(rows, columns, names, descending).map(({name, size}) => `${name}${size ?? '-'}`)
  assert.deepEqual(sorted(['size']), ['b9', 'b10', 'a-'])
  assert.deepEqual(sorted(['name', 'How Big']), ['a-', 'b9', 'b10'])
  assert.deepEqual(sorted(['size'], true), ['a-', 'b10', 'b9'])
  assert.throws(() => sorted(['siz']), {
    name: 'UsageError',
    message: /^--sort-column: there is no column "siz"; did you/,
  })
})

test('a table is fitted to a width: the widest columns give way, whole words kept unless they may break', () => {
  const row: Thing = {name: '0b31aaf1-c3f8-4d3c-a43e-d31e2e8ff4b5', size: null, tags: []}
  const wide: Column<Thing>[] = [columns[0]!, {name: 'words', value: () => 'mean min max count sum std median last'}]
  const widest = (width: {most: number; breakWords: boolean}) =>
    Math.max(
      ...formats.table
        .list([row], wide, {width})
        .split('\n')
        .map((line) => line.length),
    )
  assert.equal(widest({most: 200, breakWords: false}), 81)
  assert.equal(widest({most: 60, breakWords: false}), 60)
  assert.equal(widest({most: 30, breakWords: false}), 36 + 8 + 7)
  assert.equal(widest({most: 30, breakWords: true}), 30)
})
