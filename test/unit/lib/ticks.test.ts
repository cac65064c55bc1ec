import assert from 'node:assert/strict'
import {test} from 'node:test'

import {UsageError} from '../../../src/lib/errors.ts'
import {alignedTicks, looks, repeatedly, take} from '../../../src/lib/ticks.ts'

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

/** Moments at once, as many as there are outcomes. */
async function* moments(count: number): AsyncGenerator<Date, void, void> {
  for (let n = 0; n < count; n++) yield new Date(n)
}

/** What is seen of looks with these outcomes, and what is said of those missed. */
async function seenOf(outcomes: readonly (number | Error)[]) {
  const [seen, missed]: [number[], string[]] = [[], []]
  const look = async (now: Date): Promise<number> => {
    const outcome = outcomes[now.getTime()]!
    if (typeof outcome === 'number') return outcome
    throw outcome
  }
  const ended = (async () => {
    for await (const one of looks(moments(outcomes.length), look, (line) => missed.push(line))) seen.push(one)
  })()
  return {seen, missed, error: await ended.catch((error: unknown) => error)}
}

test('a look that fails after others went well is one look missed; the first one, and a bug, end it', async () => {
  const unwell = new UsageError('unwell')
  assert.deepEqual(await seenOf([1, unwell, 2]), {seen: [1, 2], missed: ['unwell'], error: undefined})
  assert.deepEqual(await seenOf([unwell, 2]), {seen: [], missed: [], error: unwell})
  const bug = new TypeError('a bug')
  assert.deepEqual(await seenOf([1, bug, 2]), {seen: [1], missed: [], error: bug})
})
