import assert from 'node:assert/strict'
import {test} from 'node:test'

import {loadCommand} from '../../src/commands.ts'

/** Where the flags in front of a command go: right behind its name, so that they stand before `--`. */
const moved: [line: string, asOclifTakesIt: string][] = [
  ['--debug archive-policy list', 'archive-policy list --debug'],
  ['--debug --os-cloud lab archive-policy show low -f json', 'archive-policy show --debug --os-cloud lab low -f json'],
  ['--os-cloud=lab -vv archive-policy:list', 'archive-policy list --os-cloud=lab -vv'],
  ['--user admin --endpoint http://a consume --once', 'consume --user admin --endpoint http://a --once'],
  ['--os-metric-interface internal produce -- x', 'produce --os-metric-interface internal -- x'],
  ['-q metrics list', 'metrics list -q'],
  ['-- archive-policy list', 'archive-policy list'],
  ['--help archive-policy list', 'archive-policy list --help'],
  ['--debug', ''],
  ['--debug -h', '--help'],
  ['--version', '--version'],
  ['help', '--help'],
  ['help archive-policy list', 'archive-policy list --help'],
  ['--debug help archive-policy', 'archive-policy --help --debug'],
  // As much of each word as only one command has.
  ['met lis --limit 1', 'metric list --limit 1'],
  ['-v resource-t sho host', 'resource-type show -v host'],
  ['aggreg (metric m mean)', 'aggregates (metric m mean)'],
  ['res list', 'res list'],
  ['spool d', 'spool d'],
  ['consum', 'consum'],
  ['--debug nosuch thing', 'nosuch thing --debug'],
]

for (const [line, expected] of moved)
  test(`gnocchictl ${line} is gnocchictl ${expected}`, async () => {
    assert.deepEqual(await loadCommand(line.split(' ')), expected === '' ? [] : expected.split(' '))
  })
