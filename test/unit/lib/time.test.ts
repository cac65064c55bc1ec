import assert from 'node:assert/strict'
import {test} from 'node:test'

import {alignedTicks, isoTime, parseTime, repeatedly, take} from '../../../src/lib/time.ts'

const now = new Date('2026-11-24T10:00:00.500Z')

test('times are written in UTC, milliseconds only where there are any', () => {
  assert.equal(isoTime(now), '2026-11-24T10:00:00.500Z')
  assert.equal(isoTime(new Date('2026-11-24T12:00:00+02:00')), '2026-11-24T10:00:00Z')
})

for (const [text, iso] of [
  ['2026-11-24T10:00:00Z', '2026-11-24T10:00:00Z'],
  ['2026-11-24T10:00:00', '2026-11-24T10:00:00Z'],
  ['2026-11-24 10:00', '2026-11-24T10:00:00Z'],
  ['2026-11-24T12:00:00+02:00', '2026-11-24T10:00:00Z'],
  ['2026-11-24T12:00:00+0200', '2026-11-24T10:00:00Z'],
  ['2026-11-24 12:00:00+02', '2026-11-24T10:00:00Z'],
  ['20261124T100000Z', '2026-11-24T10:00:00Z'],
  ['2026-11-24T10:00:00.25Z', '2026-11-24T10:00:00.250Z'],
  ['2026-11-24', '2026-11-24T00:00:00Z'],
  ['2026-11', '2026-11-01T00:00:00Z'],
  ['1700000000', '2023-11-14T22:13:20Z'],
  ['now', '2026-11-24T10:00:00.500Z'],
  ['-1h', '2026-11-24T09:00:00.500Z'],
] as const)
  test(`"${text}" is ${iso}, whatever the time zone of the machine`, () =>
    assert.equal(isoTime(parseTime(text, now)), iso))

for (const text of ['', 'yesterday', '2024', '24.11.2026', '2026-13-01', '2026-02-30', '2026-11-24T25:00', '-60000d'])
  test(`"${text}" is no time`, () =>
    assert.throws(() => parseTime(text, now), {
      name: 'UsageError',
      message: `"${text}" is not a time; write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago`,
    }))

for (const [text, unit] of [
  ['1700000000000', 'ms'],
  ['1700000000000000', 'us'],
  ['1700000000000000000', 'ns'],
] as const)
  test(`${text} is no time, and is asked whether it is in ${unit}`, () =>
    assert.throws(() => parseTime(text, now), {
      message: `"${text}" is not a time (is it in ${unit}?); write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago`,
    }))

test('ticks are aligned to the clock, one step apart, and never early', async () => {
  const ticks: Date[] = []
  for await (const tick of take(alignedTicks(0.05, new AbortController().signal), 4)) {
    assert.ok(Date.now() >= tick.getTime() - 2)
    ticks.push(tick)
  }
  assert.deepEqual(
    ticks.map((tick) => tick.getTime() % 50),
    [0, 0, 0, 0],
  )
  assert.ok(ticks.every((tick, index) => index === 0 || tick > ticks[index - 1]!))
})

test('ticks that a slow consumer misses are skipped, not replayed', async () => {
  const ticks: number[] = []
  for await (const tick of take(alignedTicks(0.05, new AbortController().signal), 2)) {
    ticks.push(tick.getTime())
    const busyUntil = Date.now() + 160
    while (Date.now() < busyUntil);
  }
  assert.ok(ticks[1]! - ticks[0]! >= 150, `${ticks[1]! - ticks[0]!} ms apart`)
})

for (const [name, setSeconds, setBack, said] of [
  ['back', -10, 1, ['the clock was set back by 10 seconds']],
  ['forward', 10, 0, []],
] as const)
  test(`ticks follow a clock that is set ${name}, and no moment comes twice`, async (t) => {
    const {now: realNow} = Date
    let offset = 0
    t.mock.method(Date, 'now', () => realNow() + offset)
    const reports: string[] = []
    const ticks = alignedTicks(0.05, new AbortController().signal, (line) => reports.push(line))
    const tick = async () => (await ticks.next()).value!.getTime()
    const first = await tick()
    offset = setSeconds * 1000
    const next = [await tick(), await tick()]
    await ticks.return()
    assert.deepEqual(
      next.map((at) => at % 50),
      [setBack, setBack],
    )
    assert.ok(Math.abs(next[0]! - first - offset) < 1000, `${next[0]! - first} ms later`)
    assert.deepEqual(reports, said)
  })

for (const [name, ticks] of [
  ['aligned ticks', alignedTicks],
  ['looks', repeatedly],
] as const)
  test(`${name} end quietly when they are to stop`, async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 10)
    const seen: Date[] = []
    for await (const tick of ticks(3600, stop.signal)) seen.push(tick)
    assert.ok(seen.length <= 1)
  })

test('the first look is now', async () => {
  const before = Date.now()
  const {value} = await repeatedly(3600, new AbortController().signal).next()
  assert.ok(value instanceof Date && value.getTime() >= before && value.getTime() <= Date.now())
})

test('take gives as many as asked for, and asks for no more', async () => {
  let given = 0
  const numbers = (async function* () {
    for (;;) yield ++given
  })()
  assert.deepEqual(await Array.fromAsync(take(numbers, 3)), [1, 2, 3])
  assert.deepEqual(await Array.fromAsync(take(numbers, 0)), [])
  assert.equal(given, 3)
})
