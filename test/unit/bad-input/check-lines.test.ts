import assert from 'node:assert/strict'
import {test} from 'node:test'

import {basic, runAll, type Row} from './refused.ts'

const hosts = {'config.json': '{"hosts": [{"ip": "10.0.0.1", "metric": "a657d89e-a2d0-458b-b457-d600a7e95ca6"}]}'}

/** What `check` says on stdout, with 3: UNKNOWN. The 2 of other commands would be CRITICAL, and wake somebody. */
const table: readonly Row[] = [
  ['check --warn 80%', {}, '--warn: "80%" is not a range; write 80 (alert above 80 or below 0), 10: (below 10), ~:80, 10:20 or @10:20 (inside)'],
  ['check -c 20:10', {}, '--crit: "20:10" is not a range: 20 is more than 10'],
  ['check --warn', {}, 'Flag --warn expects a value; try: the same with --help'],
  ['check --crit', {}, 'Flag --crit expects a value; try: the same with --help'],
  ['check -w', {}, 'Flag --warn expects a value; try: the same with --help'],
  ['check --crit=', {}, '--crit: "" is not a range; write 80 (alert above 80 or below 0), 10: (below 10), ~:80, 10:20 or @10:20 (inside)'],
  ['check --crit high', {}, '--crit: "high" is not a range; write 80 (alert above 80 or below 0), 10: (below 10), ~:80, 10:20 or @10:20 (inside)'],
  ['check --crit 10:20:30', {}, '--crit: "10:20:30" is not a range; write 80 (alert above 80 or below 0), 10: (below 10), ~:80, 10:20 or @10:20 (inside)'],
  ['check --wran 80', {}, 'there is no flag --wran; did you mean --warn?; try: the same with --help'],
  ['check --Warn 80', {}, 'there is no flag --Warn; did you mean --warn?; try: the same with --help'],
  ['check --no-crit', {}, 'Nonexistent flag: --no-crit; try: the same with --help'],
  ['check -x', {}, 'Nonexistent flag: -x; try: the same with --help'],
  ['check -f json', {}, 'Nonexistent flag: -f; try: the same with --help'],
  ['check --os-pasword hunter2', {}, 'there is no flag --os-pasword; did you mean --os-password?; try: the same with --help'],
  ['check --max-age soon', {}, '--max-age: "soon" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds'],
  ['check --max-age 0', {}, '--max-age: "0" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds'],
  ['check --granularity 1x', {}, '--granularity: "1x" is not a timespan; write 30s, 5m, 1h30m, 7d, 00:05:00 or a number of seconds'],
  ['check --metric x --host y', {}, '--host and --metric do not go together; try: the same with --help'],
  ['check --metric x --config y', {}, '--config and --metric do not go together; try: the same with --help'],
  ['check --host', {}, 'Flag --host expects a value; try: the same with --help'],
  ['check --metric', {}, 'Flag --metric expects a value; try: the same with --help'],
  ['check --config', {}, 'Flag --config expects a value; try: the same with --help'],
  ['check --os-cloud', {}, 'Flag --os-cloud expects a value; try: the same with --help'],
  ['check --log-level loud', {}, 'Expected --log-level=loud to be one of: error, warn, info, debug; try: the same with --help'],
  ['check --log-format xml', {}, 'Expected --log-format=xml to be one of: text, json; try: the same with --help'],
  ['check --log-format json --wran 80', {}, 'there is no flag --wran; did you mean --warn?; try: the same with --help'],
  ['check --log-file nowhere/log', {}, '--log-file: nowhere/log cannot be written (ENOENT)'],
  ['check -q -v', {}, '--verbose and --quiet do not go together; try: the same with --help'],
  ['check STRAY', {}, 'check takes no argument "STRAY"; try: gnocchictl check --help'],
  ['check STRAY --crit 90', {}, 'check takes no argument "STRAY"; try: gnocchictl check --help'],
  ['check --crit 90 STRAY', {}, 'Unexpected argument: STRAY; try: the same with --help'],
  ['check -- --crit', {}, 'Unexpected argument: --crit; try: the same with --help'],
  ['check:all', {}, 'check takes no argument "all"; try: gnocchictl check --help'],
  ['check list all', {}, 'check takes no argument "list all"; try: gnocchictl check --help'],
  ['help check STRAY', {}, 'check takes no argument "STRAY"; try: gnocchictl check --help'],
  ['--os-cloud lab check STRAY', {}, 'Unexpected argument: STRAY; try: the same with --help'],
  ['--os-clod lab check', {}, 'there is no flag --os-clod; did you mean --os-cloud?; try: what is a flag of one command stands behind it: gnocchictl COMMAND --help'],
  ['-x check', {}, 'there is no flag -x that every command has; try: what is a flag of one command stands behind it: gnocchictl COMMAND --help'],
  ['--debug check STRAY', {}, 'Unexpected argument: STRAY; try: the same with --help'],
  ['check', {}, 'there is no hosts file: looked for config.json and HOME/.config/gnocchictl/config.json; try: write one, {"hosts": [{"ip": "10.0.0.1", "user": "root", "password": "..."}]}, or name one with --config'],
  ['check --config nowhere.json', {}, '--config: there is no file nowhere.json'],
  ['check', {files: hosts}, 'to authenticate, auth url and password must be given; try: set OS_AUTH_URL and OS_PASSWORD, give --os-auth-url, or name a cloud of clouds.yaml with --os-cloud'],
  ['check --timeout soon', {env: basic, files: hosts}, '--timeout: "soon" is not a number of seconds between 0 and a day'],
  ['check --timeout 0', {env: basic, files: hosts}, '--timeout: "0" is not a number of seconds between 0 and a day'],
  ['check --timeout 2d', {env: basic, files: hosts}, '--timeout: "2d" is not a number of seconds between 0 and a day'],
  ['check --timeout 30s', {env: basic, files: hosts}, '--timeout: "30s" is not a number of seconds between 0 and a day'],
  ['check --host 10.0.0.7', {env: basic, files: hosts}, 'config.json has no host 10.0.0.7; did you mean 10.0.0.1?; try: it has 10.0.0.1'],
  ['check --os-auth-type pasword', {files: hosts}, '--os-auth-type: there is no way to authenticate called "pasword"; did you mean password?; try: one of v3password, password, v3token, token, v3applicationcredential, gnocchi-basic, gnocchi-noauth'],
  ['check --metric a/b/c', {env: basic}, '"a/b/c" is no metric: write an id, a name, or resource/name'],
  ['check', {files: {'config.json': '{"hosts": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}]}'}}, 'no host has a metric; try: make them: gnocchictl metrics create'],
  ['check', {files: {'config.json': '{'}}, 'config.json:1 is not JSON: close brace expected'],
  ['check', {files: {'config.json': '{"hosts": []}'}}, 'config.json:1: hosts: at least one host is needed'],
  ['check', {env: basic, files: hosts}, 'GET /v1/metric/a657d89e-a2d0-458b-b457-d600a7e95ca6 at http://127.0.0.1:1: connection refused; try: is the server running, and is the address right?'],
] // prettier-ignore

const all = await runAll(table)

for (const [index, [line, , message]] of table.entries())
  test(`gnocchictl ${line} #${index} is UNKNOWN, in one line`, () =>
    assert.deepEqual(all[index], {stdout: `GNOCCHI UNKNOWN - ${message}\n`, stderr: '', code: 3}))
