import assert from 'node:assert/strict'
import {test} from 'node:test'

import {chooseColumns, formats, type Column, type FormatName} from '../../../../src/lib/render/formats.ts'

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
    'name,size,tags\n"a, ""quoted""",1.5,"[""x"",""y""]"\n"two\nlines",,[]\n',
    'name,size,tags\n"a, ""quoted""",1.5,"[""x"",""y""]"\n',
    'name,size,tags\n',
  ],
  ['value', 'a, "quoted" 1.5 ["x","y"]\ntwo\nlines  []\n', 'a, "quoted"\n1.5\n["x","y"]\n', ''],
  [
    'ndjson',
    '{"name":"a, \\"quoted\\"","size":1.5,"tags":["x","y"]}\n{"name":"two\\nlines","size":null,"tags":[]}\n',
    '{"name":"a, \\"quoted\\"","size":1.5,"tags":["x","y"]}\n',
    '',
  ],
] as [FormatName, string, string, string][])
  test(`${format}: rows, one thing, nothing`, () => {
    assert.equal(formats[format].list(things, columns), list)
    assert.equal(formats[format].one(things[0]!, columns), one)
    assert.equal(formats[format].list([], columns), nothing)
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

test('columns are chosen by name or heading, in the order asked for', () => {
  const chosen = (...names: string[]) => chooseColumns(columns, names).map(({name}) => name)
  assert.deepEqual(chosen('tags', 'How Big', 'NAME'), ['tags', 'size', 'name'])
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
