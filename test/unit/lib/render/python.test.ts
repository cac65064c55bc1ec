import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import fc from 'fast-check'
import {parse} from 'yaml'

import {pythonFloat, yamlFloat, pythonText} from '../../../../src/lib/render/python.ts'

const finite = fc.double({noNaN: true, noDefaultInfinity: true})

/**
 * The bytes of a double, and what Python prints of it. The same comes out again of
 * python3 -c "import sys,struct; [print(b, repr(struct.unpack('>d', bytes.fromhex(b))[0])) for b, _ in map(str.split, sys.stdin)]"
 */
const printed = readFileSync(join(import.meta.dirname, '../../fixtures/python-floats.txt'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split(' ') as [string, string])

test('numbers are written as Python prints them', () => {
  assert.ok(printed.length > 300)
  const ours = printed.map(([bytes]) => [bytes, pythonFloat(Buffer.from(bytes, 'hex').readDoubleBE())])
  assert.deepEqual(ours, printed)
})

test('each is read back as the same number, and is a float to all who read it', () =>
  fc.assert(
    fc.property(finite, (value) => {
      const text = pythonFloat(value)
      assert.ok(Object.is(Number(text), value), text)
      assert.match(text, /^-?(\d{1,16}\.\d+|\d(\.\d+)?e[+-]\d{2,3})$/)
    }),
    {numRuns: 5000},
  ))

for (const [value, text] of [
  [300, '300.0'],
  [-0.25, '-0.25'],
  [1e16, '1.0e+16'],
  [-1e-5, '-1.0e-05'],
  [1.5e300, '1.5e+300'],
] as const)
  test(`in YAML, ${text} has a point`, () => assert.equal(yamlFloat(value), text))

test('YAML reads each back as the same number', () =>
  fc.assert(
    fc.property(finite, (value) => {
      const text = yamlFloat(value)
      assert.match(text, /\./)
      assert.ok(Object.is(parse(text, {version: '1.1'}), value), text)
    }),
    {numRuns: 1000},
  ))

test('anything else as its str, but for lists and objects', () => {
  const cells = [null, undefined, true, false, 'text', 4, ['x', null], {a: true}]
  assert.deepEqual(
    cells.map((cell) => pythonText(cell)),
    ['None', 'None', 'True', 'False', 'text', '4', '["x",null]', '{"a":true}'],
  )
  assert.equal(pythonText(4, true), '4.0')
})
