import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

import {medium} from '../fake-gnocchi.ts'
import {basic, testRefusals, type Row} from './refused.ts'

/** Of whatever name, the one metric there is. */
const cpu = {
  id: 'a657d89e-a2d0-458b-b457-d600a7e95ca6',
  name: 'cpu',
  unit: '%',
  archive_policy: medium,
  creator: 'alice:research',
  created_by_user_id: 'alice',
  created_by_project_id: 'research',
  resource_id: null,
}

/** A file is read once its metrics are found: here Gnocchi has to answer. */
const gnocchi = createServer(({method, url}, response) => {
  const aggregates = url!.startsWith('/v1/aggregates')
  response.statusCode = method === 'POST' && !aggregates ? 202 : 200
  response.end(JSON.stringify(aggregates ? {measures: {}} : [cpu]))
})
await new Promise<void>((resolve) => gnocchi.listen(0, '127.0.0.1', resolve))
const live = {...basic, OS_ENDPOINT_OVERRIDE: `http://127.0.0.1:${(gnocchi.address() as AddressInfo).port}`}

/** measures import, export and the batch files. */
const table: readonly Row[] = [
  ['measures import a.csv more', {env: basic, files: {'a.csv': 'a,0,1'}}, 'error: Unexpected argument: more\n  try: the same with --help\n'],
  ['measures import a.csv --in-flight 65', {env: basic, files: {'a.csv': 'a,0,1'}}, 'error: --in-flight: Expected an integer less than or equal to 64 but received: 65\n  try: the same with --help\n'],
  ['measures import a.csv --timestamp-unit', {env: basic, files: {'a.csv': 'a,0,1'}}, 'error: Flag --timestamp-unit expects one of these values: s, ms, us, ns\n  try: the same with --help\n'],
  ['measures import a.csv --verfy', {env: basic, files: {'a.csv': 'a,0,1'}}, 'error: there is no flag --verfy; did you mean --verify?\n  try: the same with --help\n'],
  ['measures import a.csv', {env: basic, files: {'a.csv': 'metric,timestamp\na,0\n'}}, 'error: the file has no column called value, but metric, timestamp\n'],
  ['measures import a.csv', {env: basic, files: {'a.csv': 'timestamp\n0\n'}}, 'error: the file has times and no values\n'],
  ['measures import a.csv', {env: basic, files: {'a.csv': 'metric,timestamp,value\n,0,1\n'}}, 'error: a.csv:2: it names no metric; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv', {env: basic, files: {'a.csv': 'metric,timestamp,value\na/b/c,0,1\n'}}, 'error: a.csv:2: "a/b/c" is no metric: write an id, a name, or resource/name; nothing was sent\n'],
  ['measures import a.csv -m cpu -m mem', {env: basic, files: {'a.csv': 'timestamp,value\n0,1\n'}}, 'error: --metric: the file has the values of one metric, not of cpu, mem\n'],
  ['measures import a.csv -m cpu', {env: basic, files: {'a.csv': 'metric,timestamp,value\na,0,1\n'}}, 'error: --metric: the file says on each line which metric it is of\n'],
  ['measures import a.csv -m cpu', {env: basic, files: {'a.csv': 'timestamp,x,y\n0,1,2\n'}}, 'error: --metric cpu: the file has no column cpu\n  try: its columns are x, y; write --metric COLUMN=METRIC\n'],
  ['measures import a.csv -m x=', {env: basic, files: {'a.csv': 'timestamp,x,y\n0,1,2\n'}}, 'error: --metric x=: whose are the values of x?\n  try: its columns are x, y; write --metric COLUMN=METRIC\n'],
  ['measures import a.csv -m x=a -m x=b', {env: basic, files: {'a.csv': 'timestamp,x,y\n0,1,2\n'}}, 'error: --metric x=b: x is named a already\n'],
  ['measures import a.csv -m cpu', {env: live, files: {'a.csv': 'timestamp,value\nyesterday,1\n'}}, 'error: a.csv:2: "yesterday" is not a time; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m cpu', {env: live, files: {'a.csv': 'timestamp,value\n2026-02-30T00:00:00Z,1\n'}}, 'error: a.csv:2: "2026-02-30T00:00:00Z" is no time that there is; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m cpu', {env: live, files: {'a.csv': 'timestamp,value\n2262-05-01T00:00:00Z,1\n'}}, 'error: a.csv:2: its time is beyond the year 2262; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m cpu', {env: live, files: {'a.csv': 'timestamp,value\n1700000000123,1\n'}}, 'error: a.csv:2: 1700000000123 s after 1970 is beyond the year 2262: are these times in ms? Then say --timestamp-unit ms; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m cpu --timestamp-unit ms', {env: live, files: {'a.csv': 'timestamp,value\n1700000000123456789,1\n'}}, 'error: a.csv:2: 1700000000123456789 ms after 1970 is beyond the year 2262: are these times in ns? Then say --timestamp-unit ns; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m cpu', {env: live, files: {'a.csv': 'timestamp,value\n-5,1\n'}}, 'error: a.csv:2: "-5" is not a time; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m cpu', {env: live, files: {'a.csv': 'timestamp,value\n0,many\n'}}, 'error: a.csv:2: "many" is not a number that Gnocchi can aggregate; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m cpu', {env: live, files: {'a.csv': 'timestamp,value\n0,NaN\n'}}, 'error: a.csv:2: "NaN" is not a number that Gnocchi can aggregate; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m cpu', {env: live, files: {'a.csv': 'timestamp,value\n0,\n'}}, 'error: a.csv:2: it has no value; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m cpu', {env: live, files: {'a.csv': 'timestamp,value\n0\n'}}, 'error: a.csv:2: it has 1 fields, not 2 as the first line; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m cpu', {env: live, files: {'a.csv': 'timestamp,value\n0,1,2\n'}}, 'error: a.csv:2: it has 3 fields, not 2 as the first line; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m cpu', {env: live, files: {'a.csv': 'timestamp,value\n"0,1\n'}}, 'error: a.csv:2: it is not CSV: Quote Not Closed: the parsing is finished with an opening quote; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.csv -m x=cpu -m y=cpu2', {env: live, files: {'a.csv': 'timestamp,x,y\n0,1,two\n'}}, 'error: a.csv:2: y: "two" is not a number that Gnocchi can aggregate; 1 measure of the lines before it sent, nothing of those after it\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.ndjson', {env: basic, files: {'a.ndjson': '{"metric": "m", "timestamp": 0, "value": 1\n'}}, 'error: a.ndjson:1: it is not an object of JSON; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.ndjson', {env: basic, files: {'a.ndjson': '[1, 2]\n'}}, 'error: a.ndjson:1: it is not an object of JSON; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.ndjson', {env: basic, files: {'a.ndjson': '{"metric": 7, "timestamp": 0, "value": 1}\n'}}, 'error: a.ndjson:1: it names no metric; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.ndjson', {env: basic, files: {'a.ndjson': '{"metric": "m", "value": 1}\n'}}, 'error: a.ndjson:1: it has no time; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.ndjson', {env: basic, files: {'a.ndjson': '{"metric": "m", "timestamp": 0, "value": "1"}\n'}}, 'error: a.ndjson:1: its value is "1", not a number; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.ndjson', {env: live, files: {'a.ndjson': '{"metric": "cpu", "timestamp": "soon", "value": 1}\n'}}, 'error: a.ndjson:1: "soon" is not a time; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.ndjson', {env: live, files: {'a.ndjson': '{"metric": "cpu", "timestamp": 1700000000123, "value": 1}\n'}}, 'error: a.ndjson:1: 1700000000123 s after 1970 is beyond the year 2262: are these times in ms? Then say --timestamp-unit ms; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.lp', {env: basic, files: {'a.lp': 'cpu\n'}}, 'error: a.lp:1: it is not a line of the line protocol; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.lp', {env: basic, files: {'a.lp': 'cpu,host=a value=1\n'}}, 'error: a.lp:1: it has no time; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.lp', {env: basic, files: {'a.lp': 'cpu,host=a value= 0\n'}}, 'error: a.lp:1: "value=" is not a field of the line protocol; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.lp', {env: basic, files: {'a.lp': 'cpu,host=a value=high 0\n'}}, 'error: a.lp:1: "high" is not a number that Gnocchi can aggregate; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.lp', {env: basic, files: {'a.lp': 'cpu,host value=1 0\n'}}, 'error: a.lp:1: it has no tag host, which would say whose it is: name another with --resource-tag; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.lp', {env: basic, files: {'a.lp': ',host=a value=1 0\n'}}, 'error: a.lp:1: it is not a line of the line protocol: it has no measurement; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.lp', {env: basic, files: {'a.lp': 'cpu,host=a value=1 0 0\n'}}, 'error: a.lp:1: it is not a line of the line protocol; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.lp -m cpu', {env: basic, files: {'a.lp': 'cpu,host=a value=1 0\n'}}, 'error: --metric: the file says on each line which metric it is of\n'],
  ['measures import a.lp --resource-tag node', {env: basic, files: {'a.lp': 'cpu,host=a value=1 0\n'}}, 'error: a.lp:1: it has no tag node, which would say whose it is: name another with --resource-tag; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures export a b/c/d', {env: basic}, 'error: "b/c/d" is no metric: write an id, a name, or resource/name\n'],
  ['measures export -r', {env: basic}, 'error: Flag --resource expects a value\n  try: the same with --help\n'],
  ['measures export -r a/b', {env: basic}, 'error: "a/b" is no resource id: Gnocchi takes none with a slash\n'],
  ['measures export a -o', {env: basic}, 'error: Flag --output expects a value\n  try: the same with --help\n'],
  ['measures export a --granularity 0', {env: basic}, 'error: --granularity: "0" is not a timespan; write 30s, 5m, 1h30m, 7d, 00:05:00 or a number of seconds\n'],
  ['measures export a --stop=-1x', {env: basic}, 'error: --stop: "-1x" is not a time; write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago\n'],
  ['measures export a --start 1700000000123', {env: basic}, 'error: --start: "1700000000123" is not a time (is it in ms?); write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago\n'],
  ['measures export a --resurce b', {env: basic}, 'error: there is no flag --resurce; did you mean --resource?\n  try: the same with --help\n'],
  ['measures batch-metrics', {env: basic}, 'error: FILE is missing: file, or - for stdin\n  try: the same with --help\n'],
  ['measures batch-metrics a.json b.json', {env: basic}, 'error: Unexpected argument: b.json\n  try: the same with --help\n'],
  ['measures batch-metrics .', {env: basic}, 'error: . cannot be read (EISDIR)\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': ''}}, 'error: a.json is not JSON: Unexpected end of JSON input\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '[]'}}, 'error: a.json: it is no object of metrics: {"metric": [{"timestamp": …, "value": …}]}\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '{}'}}, 'error: a.json: it has no metrics\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '{"m": 1}'}}, 'error: a.json: m is no list of measures\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '{"m": []}'}}, 'error: a.json: m is empty: an empty list has Gnocchi stop processing a part of all metrics\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '{"m": [{"timestamp": 0, "value": 1}, 1]}'}}, 'error: a.json: m[1] is no object {"timestamp": …, "value": …}\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '{"m": [{"value": 1}]}'}}, 'error: a.json: m[0].timestamp is missing, not a time that Gnocchi can keep\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '{"m": [{"timestamp": 0}]}'}}, 'error: a.json: m[0].value is missing, not a number\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '{"m": [{"timestamp": "soon", "value": 1}]}'}}, 'error: a.json: m[0].timestamp is "soon", not a time that Gnocchi can keep\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '{"m": [{"timestamp": 1700000000123, "value": 1}]}'}}, 'error: a.json: m[0].timestamp is 1700000000123, not a time that Gnocchi can keep (is it in ms?)\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '{"m": [{"timestamp": 0, "value": 1}, {"timestamp": "now", "value": 1}]}'}}, 'error: a.json: m[1].timestamp is relative, those before it Unix seconds: Gnocchi reads all as it reads the first\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '{"m": [{"timestamp": 0, "value": "high"}]}'}}, 'error: a.json: m[0].value is "high", not a number\n'],
  ['measures batch-metrics a.json', {env: basic, files: {'a.json': '{"m": [{"timestamp": 0, "value": 1e999}]}'}}, 'error: a.json: m[0].value is Infinity, not a number\n'],
  ['measures batch-metrics a.json --create-metrics', {env: basic, files: {'a.json': '{"m": [{"timestamp": 0, "value": 1}]}'}}, 'error: there is no flag --create-metrics\n  try: the same with --help\n'],
  ['measures batch-resources-metrics nowhere.json', {env: basic}, 'error: there is no file nowhere.json\n'],
  ['measures batch-resources-metrics a.json', {env: basic, files: {'a.json': '{"r": {}}'}}, 'error: a.json: r has no metrics\n'],
  ['measures batch-resources-metrics a.json', {env: basic, files: {'a.json': '{"r": []}'}}, 'error: a.json: r is no object of metrics\n'],
  ['measures batch-resources-metrics a.json', {env: basic, files: {'a.json': '{"r": {"m": {"unit": "B"}}}'}}, 'error: a.json: r/m.measures is no list of measures\n'],
  ['measures batch-resources-metrics a.json', {env: basic, files: {'a.json': '{"r": {"m": {"measures": [{"timestamp": 0, "value": 1}], "unit": 7}}}'}}, 'error: a.json: r/m.unit is no text\n'],
  ['measures batch-resources-metrics a.json --crate-metrics', {env: basic, files: {'a.json': '{}'}}, 'error: there is no flag --crate-metrics; did you mean --create-metrics?\n  try: the same with --help\n'],
] // prettier-ignore

await testRefusals(table)
gnocchi.close()
