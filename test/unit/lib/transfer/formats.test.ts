import assert from 'node:assert/strict'
import {test} from 'node:test'

import type {ImportMeasures} from '../../../../src/lib/transfer/import-measures.ts'
import {good, lines, read} from './reading.ts'

const sentOne = '; 1 measure of the lines before it sent, nothing of those after it'

const two = {'id of a': ['2026-11-24T10:00:00Z 1', '2026-11-24T10:01:00Z 3'], 'id of b': ['2026-11-24T10:00:00Z 2']}

const goodFiles: [form: string, text: string, options: Partial<ImportMeasures>, arrived: Record<string, string[]>][] = [
  ['CSV of one metric', 'timestamp,value\n2026-11-24T10:00:00Z,1\n2026-11-24T10:01:00Z,3\n', {metrics: ['a']}, {'id of a': two['id of a']}],
  ['CSV of one metric, without a header', '2026-11-24T10:00:00Z,1\n2026-11-24T10:01:00Z,3\n', {metrics: ['a']}, {'id of a': two['id of a']}],
  ['CSV with a metric on each line', 'metric,timestamp,value\na,2026-11-24T10:00:00Z,1\nb,2026-11-24T10:00:00Z,2\na,2026-11-24T10:01:00Z,3\n', {}, two],
  ['the same, without a header', 'a,2026-11-24T10:00:00Z,1\nb,2026-11-24T10:00:00Z,2\na,2026-11-24T10:01:00Z,3\n', {}, two],
  ['the same in quotes', '"metric","timestamp","value"\n"a","2026-11-24T10:00:00Z",1\n"b","2026-11-24T10:00:00Z",2\n"a","2026-11-24T10:01:00Z",3\n', {}, two],
  ['the same of Windows, with a byte order mark', '\uFEFFmetric;timestamp;value\r\na;2026-11-24T10:00:00Z;1\r\nb;2026-11-24T10:00:00Z;2\r\n\r\na;2026-11-24T10:01:00Z;3\r\n', {}, two],
  ['the same without a last line feed', 'metric\ttimestamp\tvalue\na\t2026-11-24T10:00:00Z\t1\nb\t2026-11-24T10:00:00Z\t2\na\t2026-11-24T10:01:00Z\t3', {}, two],
  ['CSV with resources', 'resource,metric,timestamp,value\nweb-1,cpu,2026-11-24T10:00:00Z,1\n', {}, {'id of web-1/cpu': ['2026-11-24T10:00:00Z 1']}],
  ['CSV with a column for each metric', 'time,a,b\n2026-11-24T10:00:00Z,1,2\n2026-11-24T10:01:00Z,3,\n', {}, two],
  ['CSV with columns called otherwise', 'time,T1,b\n2026-11-24T10:00:00Z,1,2\n2026-11-24T10:01:00Z,3,\n', {metrics: ['T1=a']}, two],
  ['what gnocchi measures show -f csv prints', '"timestamp","granularity","value"\n"2026-11-24T10:00:00+00:00",60.0,1.0\n"2026-11-24T10:01:00+00:00",60.0,3.0\n', {metrics: ['a']}, {'id of a': two['id of a']}],
  ['NDJSON', '{"metric":"a","timestamp":"2026-11-24T10:00:00Z","value":1}\n{"id":"b","timestamp":"2026-11-24T10:00:00Z","value":2}\n\n{"metric":"a","timestamp":1795514460,"value":3}\n', {}, two],
  ['a list of JSON, an object on each line', '[\n{"metric":"a","timestamp":"2026-11-24T10:00:00Z","value":1},\n{"resource":"r","metric":"b","timestamp":"2026-11-24T10:00:00Z","value":2}\n]\n', {}, {'id of a': ['2026-11-24T10:00:00Z 1'], 'id of r/b': two['id of b']}],
  [
    'line protocol',
    '# a comment\ncpu,core=0,host=web-1 usage=1.5,busy=t,note="a b,c=d" 1795514400000000001\ndisk\\ io,host=web/1 read/s=12i 1795514400000000000\n',
    {format: 'influx'},
    {
      'id of web-1/cpu.usage@core=0': ['2026-11-24T10:00:00.000000001Z 1.5'],
      'id of web-1/cpu.busy@core=0': ['2026-11-24T10:00:00.000000001Z 1'],
      'id of web/1/disk io.read_s': ['2026-11-24T10:00:00Z 12'],
    },
  ],
  ['line protocol, known by its first line', 'mem,host=h used=1 1795514400000000000\n', {}, {'id of h/mem.used': ['2026-11-24T10:00:00Z 1']}],
] // prettier-ignore

for (const [form, text, options, arrived] of goodFiles)
  for (const chunkBytes of [1000, 7])
    test(`${form}, in chunks of ${chunkBytes} bytes`, async () => {
      const {arrived: got, outcome, reports} = await read(text, {...options, chunkBytes})
      const {read: count, sent} = await outcome
      assert.deepEqual(got, arrived)
      assert.equal(sent, Object.values(arrived).flat().length)
      assert.equal(count, sent)
      assert.deepEqual(reports, [])
    })

for (const [line, why] of [
  ['a,2026-11-24T10:00:00Z,', 'it has no value'],
  ['a,2026-11-24T10:00:00Z,NaN', '"NaN" is not a number that Gnocchi can aggregate'],
  ['a,2026-11-24T10:00:00Z,-Infinity', '"-Infinity" is not a number that Gnocchi can aggregate'],
  ['a,2026-11-24T10:00:00Z,1e999', 'its value is Infinity, not a number that Gnocchi can aggregate'],
  ['a,2026-11-24T10:00:00Z,0x10', '"0x10" is not a number that Gnocchi can aggregate'],
  ['a,,1', 'it has no time'],
  [
    'a,1764000000123,1',
    '1764000000123 s after 1970 is beyond the year 2262: are these times in ms? Then say --timestamp-unit ms',
  ],
  ['a,2026-11-24T12:01:01Z,1', 'its time is 61 s in the future: Gnocchi would drop all that comes until then'],
  [',2026-11-24T10:00:00Z,1', 'it names no metric'],
  ['a,2026-11-24T10:00:00Z', 'it has 2 fields, not 3 as the first line'],
  ['a,"2026-11-24T10:00:00Z,1', 'it is not CSV: Quote Not Closed: the parsing is finished with an opening quote'],
] as const)
  // prettier-ignore
  test(`a line that must not be sent ends it, and is named: ${line}`, async () => {
    const {arrived, outcome} = await read(lines(good, line, 'a,2026-11-24T10:05:00Z,9'), {chunkBytes: line.includes('"') ? 49 : 1000})
    await assert.rejects(outcome, (error: Error) => {
      assert.ok(error.message.startsWith(`file:3: ${why}`), error.message)
      assert.ok(error.message.endsWith(sentOne), error.message)
      return true
    })
    assert.deepEqual(arrived, {'id of a': ['2026-11-24T10:00:00Z 1']})
  })
