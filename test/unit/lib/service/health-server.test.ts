import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'
import {test, type TestContext} from 'node:test'

import {UsageError} from '../../../../src/lib/errors.ts'
import {serveHealth} from '../../../../src/lib/service/health-server.ts'
import {StatusKeeper, type Status} from '../../../../src/lib/service/status.ts'

const status = (change: Partial<Status> = {}): Status => ({
  ...new StatusKeeper({
    intervalSeconds: 10,
    hosts: () => [],
    backlog: () => ({waiting: 2, parked: 0, oldest: undefined}),
    clockAheadSeconds: () => 0,
  }).status(),
  ...change,
})

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function serve(t: TestContext, current: () => Status): Promise<string> {
  const port = await freePort()
  const server = await serveHealth(port, current)
  t.after(() => server.close())
  return `http://127.0.0.1:${port}`
}

test('/healthz is 200 and ok, or 503 and why', async (t) => {
  let current = status()
  const url = await serve(t, () => current)
  const ask = async () => {
    const response = await fetch(`${url}/healthz`)
    return [response.status, await response.text()]
  }
  assert.deepEqual(await ask(), [200, 'ok\n'])
  current = status({lastRound: '2026-11-20T10:00:00Z'})
  const [code, why] = await ask()
  assert.equal(code, 503)
  assert.match(String(why), /^no round has ended for .*\n$/)
})

test('/metrics is OpenMetrics by its type; what else is asked for is 404 or 405', async (t) => {
  const url = await serve(t, () => status())
  const metrics = await fetch(`${url}/metrics?x=1`)
  assert.equal(metrics.headers.get('content-type'), 'application/openmetrics-text; version=1.0.0; charset=utf-8')
  assert.match(await metrics.text(), /^gnocchictl_backlog_samples 2$/m)
  assert.deepEqual(
    [(await fetch(`${url}/`)).status, (await fetch(`${url}/metrics`, {method: 'POST'})).status],
    [404, 405],
  )
  const head = await fetch(`${url}/metrics`, {method: 'HEAD'})
  assert.deepEqual([head.status, await head.text()], [200, ''])
})

test('a port that is taken is one clear error', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  const {port} = other.address() as AddressInfo
  await assert.rejects(
    serveHealth(port, () => status()),
    (error) => {
      assert.ok(error instanceof UsageError)
      assert.equal(error.message, `--health-port: port ${port} of 127.0.0.1 is taken`)
      return true
    },
  )
})
