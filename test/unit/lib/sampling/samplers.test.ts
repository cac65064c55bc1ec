import assert from 'node:assert/strict'
import {test} from 'node:test'

import fc from 'fast-check'

import {HostError} from '../../../../src/lib/errors.ts'
import {samplers} from '../../../../src/lib/sampling/samplers.ts'
import {meminfo} from '../../ssh-server.ts'

const {memory, random} = samplers

// Captured: 6.18 on this project's machine, Debian's kernels booted in QEMU, one of them with nothing but busybox. No 2.6
// kernel is to be had here: that one is laid out line for line as its fs/proc/meminfo.c prints it.
for (const [name, percent] of [
  ['linux-6.18', 12.487765401657812],
  ['debian-13-linux-6.12', 7.533308115832388],
  ['debian-12-linux-6.1', 6.012100661547156],
  ['busybox-linux-6.1', 14.439328003238538],
  ['centos-6-linux-2.6.32', 31.06272582629892],
] as const)
  test(`memory in use of ${name}`, () => assert.equal(memory.parse(meminfo(name)), percent))

const lines = (fields: Record<string, number | string>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}:`.padEnd(16) + `${String(value).padStart(8)} kB\n`)
    .join('')

test('a kernel of today is asked for MemAvailable, whatever else it says', () => {
  assert.equal(memory.parse(lines({MemTotal: 1000, MemFree: 1, MemAvailable: 250, Buffers: 5, Cached: 5})), 75)
})

test('Windows line ends do not matter', () => {
  assert.equal(memory.parse(lines({MemTotal: 1000, MemAvailable: 250}).replaceAll('\n', '\r\n')), 75)
})

for (const [name, text, message] of [
  ['nothing', '', '/proc/meminfo has no MemTotal'],
  ['a banner', 'Welcome to web-1!\n', '/proc/meminfo has no MemTotal'],
  ['no total', lines({MemAvailable: 250}), '/proc/meminfo has no MemTotal'],
  ['a total that is no number', lines({MemTotal: 'NaN', MemAvailable: 250}), '/proc/meminfo has no MemTotal'],
  ['a negative total', lines({MemTotal: -1000, MemAvailable: 250}), '/proc/meminfo has no MemTotal'],
  ['a total in other units', 'MemTotal: 1000 MB\nMemAvailable: 250 kB\n', '/proc/meminfo has no MemTotal'],
  ['an old kernel without Cached', lines({MemTotal: 1000, MemFree: 1, Buffers: 5}), '/proc/meminfo has no Cached'],
  ['a cut answer', 'MemTotal:        1000 kB\nMemFre', '/proc/meminfo has no MemFree'],
  ['no memory', lines({MemTotal: 0, MemAvailable: 0}), '/proc/meminfo has no memory at all'],
  ['too much', lines({MemTotal: 1000, MemAvailable: 1001}), '/proc/meminfo has more memory available than in all'],
] as const)
  test(`${name} is no sample`, () => assert.throws(() => memory.parse(text), {name: 'HostError', exitCode: 5, message}))

const isPercentOrRefused = (text: string): void => {
  try {
    const percent = memory.parse(text)
    assert.ok(percent >= 0 && percent <= 100, `${percent} %`)
  } catch (error) {
    assert.ok(error instanceof HostError)
  }
}

test('any text is refused or gives a percentage', () => {
  fc.assert(fc.property(fc.string(), isPercentOrRefused))
  const kilobytes = fc.oneof(
    fc.nat(),
    fc.bigInt({min: 0n, max: 10n ** 20n}),
    fc.integer(),
    fc.constantFrom('', '1e3', '0x10'),
  )
  const names = fc.constantFrom('MemTotal', 'MemFree', 'MemAvailable', 'Buffers', 'Cached', 'SwapCached')
  const line = fc.tuple(
    names,
    fc.constantFrom(':', ': ', ':\t', ' '),
    kilobytes,
    fc.constantFrom(' kB', '', ' MB', '\r'),
  )
  fc.assert(
    fc.property(fc.array(line), (all) => isPercentOrRefused(all.map((parts) => `${parts.join('')}\n`).join(''))),
  )
})

test('a captured file, damaged anywhere, is refused or gives a percentage', () => {
  const text = meminfo('debian-12-linux-6.1').slice(0, 150)
  fc.assert(
    fc.property(fc.nat(150), fc.nat(5), fc.string({maxLength: 3}), (at, cut, put) =>
      isPercentOrRefused(text.slice(0, at) + put + text.slice(at + cut)),
    ),
  )
})

test('random numbers are from 0 to 100 and differ', () => {
  const values = Array.from({length: 100}, () => random.parse(''))
  assert.ok(values.every((value) => value >= 0 && value < 100))
  assert.ok(new Set(values).size > 90)
})
