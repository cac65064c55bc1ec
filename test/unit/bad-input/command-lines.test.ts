import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {text} from 'node:stream/consumers'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'

import type {CommandLine, Ended} from './run-all.ts'

const hosts = {'config.json': '{"hosts": [{"ip": "10.0.0.1", "metric": "a657d89e-a2d0-458b-b457-d600a7e95ca6"}]}'}
const noMetric = {'config.json': '{"hosts": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}]}'}
/** Gnocchi at a port that nobody listens on: no wrong command line gets as far. */
const basic = {OS_AUTH_TYPE: 'gnocchi-basic', OS_ENDPOINT_OVERRIDE: 'http://127.0.0.1:1'}

const table: readonly (readonly [line: string, more: Omit<CommandLine, 'args'>, message: string])[] = [
  ['cosume', {}, 'error: there is no command "cosume"; did you mean "consume"?\n  try: gnocchictl --help shows the commands\n'],
  ['archive-policy shwo', {}, 'error: there is no command "archive-policy shwo"; did you mean "archive-policy show"?\n  try: gnocchictl --help shows the commands\n'],
  ['metrics delete', {}, 'error: there is no command "metrics delete"; did you mean "metrics create"?\n  try: gnocchictl --help shows the commands\n'],
  ['spool clear', {}, 'error: there is no command "spool clear"\n  try: gnocchictl --help shows the commands\n'],
  ['list', {}, 'error: there is no command "list"\n  try: gnocchictl --help shows the commands\n'],
  ['PRODUCE', {}, 'error: there is no command "PRODUCE"; did you mean "produce"?\n  try: gnocchictl --help shows the commands\n'],
  ['hunter2', {}, 'error: there is no command "hunter2"\n  try: gnocchictl --help shows the commands\n'],
  ['produce now', {}, 'error: produce takes no argument "now"\n  try: gnocchictl produce --help\n'],
  ['consume 10.0.0.1', {}, 'error: consume takes no argument "10.0.0.1"\n  try: gnocchictl consume --help\n'],
  ['archive-policy list low', {}, 'error: archive-policy list takes no argument "low"\n  try: gnocchictl archive-policy list --help\n'],
  ['archive-policy show low high', {}, 'error: Unexpected argument: high\n  try: the same with --help\n'],
  ['spool show all', {}, 'error: spool show takes no argument "all"\n  try: gnocchictl spool show --help\n'],

  ['measures import', {}, 'error: import of what? Name a file, or - for stdin\n'],
  ['measures import none.csv', {}, 'error: none.csv cannot be read: there is no such file\n'],
  ['measures import .', {}, 'error: . cannot be read: it is a folder\n'],
  ['measures import - --resume', {}, 'error: --resume takes a file that is to be sent, not - or --dry-run\n'],
  ['measures import a.csv --resume', {files: {'a.csv': 'a,0,1\n'}}, 'error: a.csv: no import of it was broken off here\n  try: import it without --resume\n'],
  ['measures import a.csv --dry-run --resume', {files: {'a.csv': 'a,0,1\n'}}, 'error: --resume takes a file that is to be sent, not - or --dry-run\n'],
  ['measures import a.csv --dry-run --create', {}, 'error: --dry-run=true cannot also be provided when using --create\n  try: the same with --help\n'],
  ['measures import a.csv --dry-run --verify', {}, 'error: --dry-run=true cannot also be provided when using --verify\n  try: the same with --help\n'],
  ['measures import a.csv --archive-policy low', {}, 'error: All of the following must be provided when using --archive-policy: --create\n  try: the same with --help\n'],
  ['measures import a.csv --input-format xml', {}, 'error: Expected --input-format=xml to be one of: ndjson, influx, csv\n  try: the same with --help\n'],
  ['measures import a.csv --timestamp-unit h', {}, 'error: Expected --timestamp-unit=h to be one of: s, ms, us, ns\n  try: the same with --help\n'],
  ['measures import a.csv --in-flight 0', {}, 'error: --in-flight: Expected an integer greater than or equal to 1 but received: 0\n  try: the same with --help\n'],
  ['measures import a.csv', {env: basic, files: {'a.csv': 'timestamp,value\n0,1\n'}}, 'error: the file says of no metric whose values these are\n  try: name it: --metric METRIC\n'],
  ['measures import a.csv', {env: basic, files: {'a.csv': 'when,value\n0,1\n'}}, 'error: the file has no column called timestamp, but when, value\n'],
  ['measures import a.csv', {env: basic, files: {'a.csv': '1,2,3,4\n'}}, "error: the file's 4 columns have no names\n  try: write a first line such as timestamp,cpu,memory\n"],
  ['measures import a.csv --metric c=x', {env: basic, files: {'a.csv': 'time,a,b\n0,1,2\n'}}, 'error: --metric c: the file has no such column\n  try: its columns are a, b; write --metric COLUMN=METRIC\n'],
  ['measures import a.json', {env: basic, files: {'a.json': '{"metric": "m", "timestamp": 0}\n'}}, 'error: a.json:1: it has no value; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures import a.lp', {env: basic, files: {'a.lp': 'cpu value=1 0\n'}}, 'error: a.lp:1: it has no tag host, which would say whose it is: name another with --resource-tag; nothing was sent\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n'],
  ['measures export', {env: basic}, 'error: export of what? Name metrics, or a resource with --resource\n'],
  ['measures export m -f table', {}, 'error: Expected --format=table to be one of: csv, ndjson, json\n  try: the same with --help\n'],
  ['measures export m --granularity 1x', {}, 'error: --granularity: "1x" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds\n'],
  ['measures export m --start yesterday', {}, 'error: --start: "yesterday" is not a time; write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago\n'],

  ['consume --agg', {}, 'error: Flag --agg expects a value\n  try: the same with --help\n'],
  ['consume --agregation mean', {}, 'error: there is no flag --agregation\n  try: the same with --help\n'],
  ['consume --granularty hour', {}, 'error: there is no flag --granularty; did you mean --granularity?\n  try: the same with --help\n'],
  ['consume --Last 5', {}, 'error: there is no flag --Last; did you mean --last?\n  try: the same with --help\n'],
  ['consume --colour red', {}, 'error: there is no flag --colour\n  try: the same with --help\n'],
  ['consume --os-pasword hunter2', {}, 'error: there is no flag --os-pasword; did you mean --os-password?\n  try: the same with --help\n'],
  ['consume --os-pasword=hunter2', {}, 'error: there is no flag --os-pasword; did you mean --os-password?\n  try: the same with --help\n'],
  ['consume -x', {}, 'error: Nonexistent flag: -x\n  try: the same with --help\n'],
  ['consume -fjson -x', {}, 'error: Nonexistent flag: -x\n  try: the same with --help\n'],
  ['consume --', {}, 'error: there is no hosts file: looked for config.json and HOME/.config/gnocchictl/config.json\n  try: write one, {"hosts": [{"ip": "10.0.0.1", "user": "root", "password": "..."}]}, or name one with --config\n'],
  ['consume --once=yes', {}, 'error: Unexpected argument: yes\n  try: the same with --help\n'],
  ['consume --no-once', {}, 'error: Nonexistent flag: --no-once\n  try: the same with --help\n'],
  ['consume --last five', {}, 'error: --last: Expected an integer but received: five\n  try: the same with --help\n'],
  ['consume --last 0', {}, 'error: --last: Expected an integer greater than or equal to 1 but received: 0\n  try: the same with --help\n'],
  ['consume --last -1', {}, 'error: --last: Expected an integer greater than or equal to 1 but received: -1\n  try: the same with --help\n'],
  ['consume --last 1.5', {}, 'error: --last: Expected an integer but received: 1.5\n  try: the same with --help\n'],
  ['consume --last 1e3', {}, 'error: --last: Expected an integer but received: 1e3\n  try: the same with --help\n'],
  ['consume --last', {}, 'error: Flag --last expects a value\n  try: the same with --help\n'],
  ['consume --count 0', {}, 'error: --count: Expected an integer greater than or equal to 1 but received: 0\n  try: the same with --help\n'],
  ['consume --count ten', {}, 'error: --count: Expected an integer but received: ten\n  try: the same with --help\n'],
  ['consume --count 2 --once', {}, 'error: --once=true cannot also be provided when using --count\n  try: the same with --help\n'],
  ['consume --interval soon', {}, 'error: --interval: "soon" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds\n'],
  ['consume --interval 0', {}, 'error: --interval: "0" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds\n'],
  ['consume --interval 0.05', {}, 'error: --interval: 0.05 is not between 0.1 s and a day\n'],
  ['consume --interval 2d', {}, 'error: --interval: 2d is not between 0.1 s and a day\n'],
  ['consume --granularity 1x', {}, 'error: --granularity: "1x" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds\n'],
  ['consume --granularity 300000y', {}, 'error: --granularity: "300000y" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds\n'],
  ['consume --start yesterday', {}, 'error: --start: "yesterday" is not a time; write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago\n'],
  ['consume --start=-1x', {}, 'error: --start: "1x" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds\n'],
  ['consume --stop 2026-02-30', {}, 'error: --stop: "2026-02-30" is not a time; write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago\n'],
  ['consume --format xml', {}, 'error: Expected --format=xml to be one of: table, json, csv, yaml, value, ndjson\n  try: the same with --help\n'],
  ['consume -f', {}, 'error: Flag --format expects one of these values: table, json, csv, yaml, value, ndjson\n  try: the same with --help\n'],
  ['consume --config', {}, 'error: Flag --config expects a value\n  try: the same with --help\n'],
  ['consume --once', {}, 'error: there is no hosts file: looked for config.json and HOME/.config/gnocchictl/config.json\n  try: write one, {"hosts": [{"ip": "10.0.0.1", "user": "root", "password": "..."}]}, or name one with --config\n'],
  ['consume --config nowhere.json', {}, 'error: --config: there is no file nowhere.json\n'],
  ['consume --config .', {}, 'error: .: cannot be read (EISDIR)\n'],
  ['consume --once', {env: {GNOCCHICTL_CONFIG: 'nowhere.json'}}, 'error: GNOCCHICTL_CONFIG: there is no file nowhere.json\n'],
  ['consume --once', {files: {'config.json': ''}}, 'error: config.json is empty\n  try: write {"hosts": [{"ip": "10.0.0.1", "user": "root", "password": "..."}]}\n'],
  ['consume --once', {files: {'config.json': '{"hosts": []}'}}, 'error: config.json:1: hosts: at least one host is needed\n'],
  ['consume --once', {files: noMetric}, 'error: no host has a metric\n  try: make them: gnocchictl metrics create\n'],
  ['consume --once --host 10.0.0.7', {files: hosts}, 'error: config.json has no host 10.0.0.7; did you mean 10.0.0.1?\n  try: it has 10.0.0.1\n'],
  ['consume --once', {files: hosts}, 'error: to authenticate, auth url and password must be given\n  try: set OS_AUTH_URL and OS_PASSWORD, give --os-auth-url, or name a cloud of clouds.yaml with --os-cloud\n'],
  ['consume --once --os-cloud lab', {files: hosts}, 'error: there is no clouds.yaml to find the cloud "lab" in\n  try: looked for HOME/clouds.yaml, HOME/clouds.yml, HOME/clouds.json, HOME/.config/openstack/clouds.yaml, HOME/.config/openstack/clouds.yml, HOME/.config/openstack/clouds.json, HOME/.config/openstack/clouds.yaml, HOME/.config/openstack/clouds.yml, HOME/.config/openstack/clouds.json, /etc/xdg/openstack/clouds.yaml, /etc/xdg/openstack/clouds.yml, /etc/xdg/openstack/clouds.json, /etc/openstack/clouds.yaml, /etc/openstack/clouds.yml, /etc/openstack/clouds.json\n'],
  ['consume --once', {files: hosts, env: {OS_CLOUD: 'lab'}}, 'error: there is no clouds.yaml to find the cloud "lab" in\n  try: looked for HOME/clouds.yaml, HOME/clouds.yml, HOME/clouds.json, HOME/.config/openstack/clouds.yaml, HOME/.config/openstack/clouds.yml, HOME/.config/openstack/clouds.json, HOME/.config/openstack/clouds.yaml, HOME/.config/openstack/clouds.yml, HOME/.config/openstack/clouds.json, /etc/xdg/openstack/clouds.yaml, /etc/xdg/openstack/clouds.yml, /etc/xdg/openstack/clouds.json, /etc/openstack/clouds.yaml, /etc/openstack/clouds.yml, /etc/openstack/clouds.json\n'],
  ['consume --once --os-auth-type pasword', {files: hosts}, 'error: --os-auth-type: there is no way to authenticate called "pasword"; did you mean password?\n  try: one of v3password, password, v3token, token, v3applicationcredential, gnocchi-basic, gnocchi-noauth\n'],
  ['consume --once --os-cacert nowhere.pem --os-auth-type gnocchi-basic', {files: hosts}, 'error: --os-cacert: cannot read nowhere.pem (ENOENT)\n'],
  ['consume --once --os-endpoint-override gnocchi', {files: hosts, env: {OS_AUTH_TYPE: 'gnocchi-basic'}}, 'error: --os-endpoint-override: "gnocchi" is not an address; one looks like http://controller:5000/v3\n'],
  ['consume --once --agg mean --granularity minute -c nmae', {files: hosts, env: basic}, 'error: --column: there is no column "nmae"\n  try: there are host, timestamp, granularity, mean\n'],

  ['produce --source disk', {}, 'error: Expected --source=disk to be one of: memory, random\n  try: the same with --help\n'],
  ['produce --source', {}, 'error: Flag --source expects one of these values: memory, random\n  try: the same with --help\n'],
  ['produce --host-key-check no', {}, 'error: Expected --host-key-check=no to be one of: accept-new, strict, off\n  try: the same with --help\n'],
  ['produce --format csv', {}, 'error: Expected --format=csv to be one of: text, ndjson\n  try: the same with --help\n'],
  ['produce --count 0', {}, 'error: --count: Expected an integer greater than or equal to 1 but received: 0\n  try: the same with --help\n'],
  ['produce --count 1 --once', {}, 'error: --once=true cannot also be provided when using --count\n  try: the same with --help\n'],
  ['produce --interval 0.01', {}, 'error: --interval: 0.01 is not between 0.1 s and a day\n'],
  ['produce --interval 86401', {}, 'error: --interval: 86401 is not between 0.1 s and a day\n'],
  ['produce --spool-max-age forever', {}, 'error: --spool-max-age: "forever" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds\n'],
  ['produce --spool-max-size 10K', {}, 'error: --spool-max-size: 10K is too small for a spool; the least is 64K\n'],
  ['produce --spool-max-size lots', {}, 'error: --spool-max-size: "lots" is not a size; write 500M, 2G or a number of bytes\n'],
  ['produce --log-level loud', {}, 'error: Expected --log-level=loud to be one of: error, warn, info, debug\n  try: the same with --help\n'],
  ['produce --log-format xml', {}, 'error: Expected --log-format=xml to be one of: text, json\n  try: the same with --help\n'],
  ['produce --once', {files: noMetric}, 'error: no host has a metric\n  try: make them: gnocchictl metrics create\n'],
  ['produce --once', {files: hosts}, 'error: to authenticate, auth url and password must be given\n  try: set OS_AUTH_URL and OS_PASSWORD, give --os-auth-url, or name a cloud of clouds.yaml with --os-cloud\n'],

  ['spool drop', {files: hosts}, 'error: which samples: those set aside (--parked), or all (--all)?\n  try: see them first: gnocchictl spool show\n'],
  ['spool drop --all --parked', {files: hosts}, 'error: --all=true cannot also be provided when using --parked\n  try: the same with --help\n'],
  ['spool drop --parked --spool config.json', {files: hosts}, "error: the spool config.json/config-HASH.sqlite cannot be used: EEXIST: file already exists, mkdir 'config.json'\n  try: name a folder that may be written with --spool\n"],
  ['spool show -c hosts', {files: hosts}, 'error: --column: there is no column "hosts"; did you mean "host"?\n  try: there are host, metric, samples, oldest, newest, set_aside\n'],
  ['spool show', {}, 'error: there is no hosts file: looked for config.json and HOME/.config/gnocchictl/config.json\n  try: write one, {"hosts": [{"ip": "10.0.0.1", "user": "root", "password": "..."}]}, or name one with --config\n'],
  ['spool flush', {files: hosts}, 'error: to authenticate, auth url and password must be given\n  try: set OS_AUTH_URL and OS_PASSWORD, give --os-auth-url, or name a cloud of clouds.yaml with --os-cloud\n'],

  ['metrics create 10.0.0.7', {files: hosts}, 'error: config.json has no host 10.0.0.7; did you mean 10.0.0.1?\n  try: it has 10.0.0.1\n'],
  ['metrics create --archive-policy', {files: hosts}, 'error: Flag --archive-policy expects a value\n  try: the same with --help\n'],
  ['metrics create', {files: hosts}, 'error: to authenticate, auth url and password must be given\n  try: set OS_AUTH_URL and OS_PASSWORD, give --os-auth-url, or name a cloud of clouds.yaml with --os-cloud\n'],
  ['metrics create --dryrun', {files: hosts}, 'error: there is no flag --dryrun; did you mean --dry-run?\n  try: the same with --help\n'],
  ['metrics list -c nmae', {files: {'config.json': '{"hosts": [{"ip": "10.0.0.1"}]}'}, env: basic}, 'error: --column: there is no column "nmae"; did you mean "name"?\n  try: there are host, metric, name, archive_policy, unit, state\n'],
  ['metrics list --host 10.0.0.1', {files: hosts}, 'error: there is no flag --host\n  try: the same with --help\n'],

  ['archive-policy list', {}, 'error: to authenticate, auth url and password must be given\n  try: set OS_AUTH_URL and OS_PASSWORD, give --os-auth-url, or name a cloud of clouds.yaml with --os-cloud\n'],
  ['archive-policy list', {env: {OS_AUTH_URL: 'controller'}}, 'error: to authenticate, password must be given\n  try: set OS_PASSWORD, give --os-password, or name a cloud of clouds.yaml with --os-cloud\n'],
  ['archive-policy list', {env: {OS_AUTH_URL: 'http://c', OS_PASSWORD: 'hunter2'}}, 'error: to authenticate, username must be given\n  try: set OS_USERNAME, give --os-username, or name a cloud of clouds.yaml with --os-cloud\n'],
  ['archive-policy list', {env: {OS_AUTH_URL: 'http://c', OS_PASSWORD: 'hunter2', OS_USERNAME: 'ada'}}, 'error: OS_USERNAME: a user name needs its domain\n  try: set OS_USER_DOMAIN_NAME (Default on most clouds) or OS_USER_DOMAIN_ID\n'],
  ['archive-policy list --os-auth-type token', {env: {OS_AUTH_URL: 'http://c'}}, 'error: to authenticate, token must be given\n  try: set OS_TOKEN, give --os-token, or name a cloud of clouds.yaml with --os-cloud\n'],
  ['archive-policy list --insecure=no', {}, 'error: Unexpected argument: no\n  try: the same with --help\n'],
] // prettier-ignore

/** All of them in one other process. */
async function runAll(lines: CommandLine[]): Promise<Ended[]> {
  const script = fileURLToPath(new URL('run-all.ts', import.meta.url))
  const child = spawn(process.execPath, [script], {stdio: ['pipe', 'pipe', 'inherit']})
  child.stdin.end(JSON.stringify(lines))
  return JSON.parse(await text(child.stdout)) as Ended[]
}

const all = await runAll(table.map(([line, more]) => ({args: line.split(' '), ...more})))

for (const [index, [line, {env, files}, message]] of table.entries())
  test(`gnocchictl ${line}${env ? ` (${Object.keys(env).join(', ')})` : ''}${files ? ` #${index}` : ''} is refused in words`, () => {
    const {stdout, stderr, code} = all[index]!
    assert.equal(stderr, message)
    assert.deepEqual({stdout, code}, {stdout: '', code: 2})
  })
