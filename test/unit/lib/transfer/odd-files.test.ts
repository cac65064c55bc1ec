// Files that could be read as something else than they are: what was lost or misplaced without a word, is refused.
import assert from 'node:assert/strict'
import {test} from 'node:test'

import type {ImportMeasures} from '../../../../src/lib/transfer/import-measures.ts'
import {read} from './reading.ts'

type Options = Partial<ImportMeasures>

const refused: [what: string, text: string, options: Options, message: string][] = [
  ['two columns of one name', 'time,a,a\n2026-11-24T10:00:00Z,1,2\n', {}, 'several columns are of a: of each time, one value would be left'],
  ['two columns for one metric', 'time,T1,a\n2026-11-24T10:00:00Z,1,2\n', {metrics: ['T1=a']}, 'several columns are of a: of each time, one value would be left'],
  ['an empty first line', '\ntime,a\n2026-11-24T10:00:00Z,1\n', {}, 'the first line is empty: it is to name the columns'],
  ['a compressed file', '\x1f\ufffd\b\b\0\0', {}, 'file: it is no text: is it compressed, or written in UTF-16?'],
  ['UTF-16', '\ufffd\ufffdt\0i\0m\0e\0', {}, 'file: it is no text: is it compressed, or written in UTF-16?'],
  ['NDJSON of two aggregations', '{"metric":"a","aggregation":"mean","time":1795514400,"value":1}\n{"metric":"a","aggregation":"max","time":1795514400,"value":2}\n', {}, 'file:2: its aggregation is "max", and "mean" before: import one of the two; 1 measure of the lines before it sent, nothing of those after it'],
  ['a list of JSON on one line', '[{"metric":"a","time":1795514400,"value":1}]\n', {}, "file:1: it is not an object of JSON: jq -c '.[]' parts a list into lines; nothing was sent"],
  ['an object of JSON over several lines', '{\n"metric":"a"}\n', {format: 'ndjson'}, 'file:1: it is not an object of JSON: jq -c . writes each on one line; nothing was sent'],
  ['line protocol in seconds', 'm,host=h f=1 1795514400\n', {}, 'file:1: 1795514400 ns after 1970 is 1970-01-01T00:00:01.795514400Z: are these times in s? Then say --timestamp-unit s; if not, say --timestamp-unit ns; nothing was sent'],
  ['line protocol in milliseconds', 'm,host=h f=1 1795514400000\n', {}, 'file:1: 1795514400000 ns after 1970 is 1970-01-01T00:29:55.514400000Z: are these times in ms? Then say --timestamp-unit ms; if not, say --timestamp-unit ns; nothing was sent'],
  ['dates of digits alone', 'time,a\n20261124,1\n', {}, 'file:2: 20261124 s after 1970 is 1970-08-23T12:05:24Z: is it a date? Then write it with hyphens; if not, say --timestamp-unit s; nothing was sent'],
] // prettier-ignore

for (const [what, text, options, message] of refused)
  test(`${what} is refused`, async () => {
    await assert.rejects((await read(text, options)).outcome, {message})
  })

const taken: [what: string, text: string, options: Options, arrived: Record<string, string[]>][] = [
  ['columns called by numbers', 'time,1,2\n2026-11-24T10:00:00Z,5,6\n', {}, {'id of 1': ['2026-11-24T10:00:00Z 5'], 'id of 2': ['2026-11-24T10:00:00Z 6']}],
  ['a single one', 'timestamp,42\n2026-11-24T10:00:00Z,5\n', {}, {'id of 42': ['2026-11-24T10:00:00Z 5']}],
  ['parts of a millisecond', 'time,a\n1795514400000.25,1\n1795514400000.75,2\n', {unit: 'ms'}, {'id of a': ['2026-11-24T10:00:00.000250000Z 1', '2026-11-24T10:00:00.000750000Z 2']}],
  ['nanoseconds as numbers of JSON', '{"metric":"a","time":1795514400000000001,"value":1}\n{"metric":"a","time":1795514400.000000002,"tags":{"time":1},"value":2}\n', {unit: 'ns'}, {'id of a': ['2026-11-24T10:00:00.000000001Z 1', '1970-01-01T00:00:01.795514400Z 2']}],
  ['seconds with nine decimals as numbers of JSON', '{"metric":"a","time":1795514400.000000002,"value":2}\n', {}, {'id of a': ['2026-11-24T10:00:00.000000002Z 2']}],
  ['times of the first seconds, when that is meant', 'm,host=h f=1 1795514400\n', {unit: 'ns'}, {'id of h/m.f': ['1970-01-01T00:00:01.795514400Z 1']}],
] // prettier-ignore

for (const [what, text, options, arrived] of taken)
  test(`${what} are taken as they are`, async () => {
    const {arrived: got, outcome} = await read(text, options)
    await outcome
    assert.deepEqual(got, arrived)
  })
