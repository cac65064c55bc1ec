import assert from 'node:assert/strict'
import {test} from 'node:test'

import {HostError} from '../../../src/lib/errors.ts'
import {samplers} from '../../../src/lib/sampling/samplers.ts'
import {meminfo} from '../ssh-server.ts'
import {said} from './said.ts'

const good = meminfo('debian-12-linux-6.1')
const centos = meminfo('centos-6-linux-2.6.32')
const total = 'MemTotal:        1000 kB\n'
const without = (name: string, text = good) => text.replace(new RegExp(`^${name}:.*\n`, 'm'), '')
const swapped = (line: RegExp, other: string) => good.replace(line, other)

for (const [name, text, message] of [
  ['no line', '\n\n\n', '/proc/meminfo has no MemTotal'],
  ['blanks', '   \t  ', '/proc/meminfo has no MemTotal'],
  ['zero bytes', '\0'.repeat(4096), '/proc/meminfo has no MemTotal'],
  ['bytes of a program', Buffer.from('7f454c460201010000000000', 'hex').toString('latin1'), '/proc/meminfo has no MemTotal'],
  ['bytes that are no UTF-8', Buffer.from(good).map((byte) => byte | 0x80).toString(), '/proc/meminfo has no MemTotal'],
  ['UTF-16', Buffer.from(good, 'utf16le').toString(), '/proc/meminfo has no MemTotal'],
  ['what cat says', 'cat: /proc/meminfo: No such file or directory\n', '/proc/meminfo has no MemTotal'],
  ['what a shell says', 'bash: line 1: cat: command not found\n', '/proc/meminfo has no MemTotal'],
  ['what a restricted shell says', 'This account is currently not available.\n', '/proc/meminfo has no MemTotal'],
  ['a banner in front on the same line', `Welcome! ${good}`, '/proc/meminfo has no MemTotal'],
  ['/proc/loadavg', '0.00 0.01 0.05 1/123 4567\n', '/proc/meminfo has no MemTotal'],
  ['/proc/stat', 'cpu  1 2 3 4\ncpu0 1 2 3 4\n', '/proc/meminfo has no MemTotal'],
  ['/proc/vmstat', 'nr_free_pages 1234\nnr_zone_inactive_anon 1\n', '/proc/meminfo has no MemTotal'],
  ['what free prints', '               total        used        free\nMem:        16316412     1234     5678\n', '/proc/meminfo has no MemTotal'],
  ['what free prints in German', '              gesamt       benutzt     frei\nSpeicher:   16316412     1234     5678\n', '/proc/meminfo has no MemTotal'],
  ['JSON', '{"MemTotal": 1000, "MemAvailable": 250}', '/proc/meminfo has no MemTotal'],
  ['HTML', '<html>MemTotal: 1000 kB</html>', '/proc/meminfo has no MemTotal'],
  ['a total alone', total, '/proc/meminfo has no MemFree'],
  ['a cut number', `${total}MemAvailable:    25`, '/proc/meminfo has no MemAvailable'],
  ['a cut unit', `${total}MemAvailable:    250 k`, '/proc/meminfo has no MemAvailable'],
  ['a cut name', `${total}MemAvail`, '/proc/meminfo has no MemFree'],
  ['a cut total', 'MemTotal:        10', '/proc/meminfo has no MemTotal'],
  ['a total of nothing', 'MemTotal:        0 kB\nMemAvailable:    0 kB\n', '/proc/meminfo has no memory at all'],
  ['a total of blanks', 'MemTotal:        kB\nMemAvailable:    250 kB\n', '/proc/meminfo has no MemTotal'],
  ['a total twice', `${total}${total}MemAvailable:    250 kB\n`, '/proc/meminfo has MemTotal twice'],
  ['two totals', `${total}MemTotal:        2000 kB\nMemAvailable:    250 kB\n`, '/proc/meminfo has MemTotal twice'],
  ['what is available twice', `${good}MemAvailable:    250 kB\n`, '/proc/meminfo has MemAvailable twice'],
  ['the whole file twice', good + good, '/proc/meminfo has MemTotal twice'],
  ['a total in MB', swapped(/^MemTotal:.*$/m, 'MemTotal:        16000 MB'), '/proc/meminfo has no MemTotal'],
  ['a total without a unit', swapped(/^MemTotal:.*$/m, 'MemTotal:        16000'), '/proc/meminfo has no MemTotal'],
  ['a total in kibibytes', swapped(/^MemTotal:.*$/m, 'MemTotal:        16000 KiB'), '/proc/meminfo has no MemTotal'],
  ['a total with commas', swapped(/^MemTotal:.*$/m, 'MemTotal:        16,316,412 kB'), '/proc/meminfo has no MemTotal'],
  ['a total with a point', swapped(/^MemTotal:.*$/m, 'MemTotal:        16316412.5 kB'), '/proc/meminfo has no MemTotal'],
  ['a total in hexadecimal', swapped(/^MemTotal:.*$/m, 'MemTotal:        0xF8F8BC kB'), '/proc/meminfo has no MemTotal'],
  ['a total with an exponent', swapped(/^MemTotal:.*$/m, 'MemTotal:        1e9 kB'), '/proc/meminfo has no MemTotal'],
  ['a total of twenty digits', swapped(/^MemTotal:.*$/m, 'MemTotal:        99999999999999999999 kB'), '/proc/meminfo has no MemTotal'],
  ['a total in Arabic digits', swapped(/^MemTotal:.*$/m, 'MemTotal:        ١٦٣١٦ kB'), '/proc/meminfo has no MemTotal'],
  ['a total below zero', swapped(/^MemTotal:.*$/m, 'MemTotal:        -1 kB'), '/proc/meminfo has no MemTotal'],
  ['a total in small letters', good.replace('MemTotal', 'memtotal'), '/proc/meminfo has no MemTotal'],
  ['a total behind a blank', good.replace('MemTotal', ' MemTotal'), '/proc/meminfo has no MemTotal'],
  ['an equals sign', good.replaceAll(':', '='), '/proc/meminfo has no MemTotal'],
  ['no line ends', good.replaceAll('\n', ''), '/proc/meminfo has no MemTotal'],
  ['more available than in all', swapped(/^MemAvailable:.*$/m, 'MemAvailable:    9999999999 kB'), '/proc/meminfo has more memory available than in all'],
  ['less than nothing available', swapped(/^MemAvailable:.*$/m, 'MemAvailable:    -1 kB'), '/proc/meminfo has no MemAvailable'],
  ['what is available in MB', swapped(/^(MemAvailable:.*) kB$/m, '$1 MB'), '/proc/meminfo has no MemAvailable'],
  ['an old kernel without MemFree', without('MemFree', centos), '/proc/meminfo has no MemFree'],
  ['an old kernel without Buffers', without('Buffers', centos), '/proc/meminfo has no Buffers'],
  ['an old kernel with more cached than in all', centos.replace(/^Cached:.*$/m, 'Cached:          9999999999 kB'), '/proc/meminfo has more memory available than in all'],
] as const)
  test(`${name} is no sample`, async () =>
    assert.equal(await said(HostError, () => samplers.memory.parse(text)), message)) // prettier-ignore
