import {once} from 'node:events'
import {createServer, type Server} from 'node:http'

import {UsageError} from '../errors.ts'
import {openMetrics, openMetricsType} from './openmetrics.ts'
import {unwell, type Status} from './status.ts'

const loopback = '127.0.0.1'

type Answer = [code: number, type: string, body: string]

const plainText = 'text/plain; charset=utf-8'

const pages: Record<string, (status: Status, now: Date) => Answer> = {
  '/healthz'(status, now) {
    const why = unwell(status, now)
    return [why === undefined ? 200 : 503, plainText, `${why ?? 'ok'}\n`]
  },
  '/metrics': (status, now) => [200, openMetricsType, openMetrics(status, now)],
}

function answerTo(method: string | undefined, url: string, status: () => Status): Answer {
  const page = pages[url.replace(/\?.*/s, '')]
  if (page === undefined) return [404, plainText, 'there are /healthz and /metrics\n']
  if (method !== 'GET' && method !== 'HEAD') return [405, plainText, 'GET it\n']
  return page(status(), new Date())
}

/**
 * `/healthz` and `/metrics` over HTTP, for this machine only.
 * @throws UsageError when the port is taken
 */
export async function serveHealth(port: number, status: () => Status): Promise<{close(): void}> {
  const limits = {requestTimeout: 5000, headersTimeout: 5000, keepAliveTimeout: 5000}
  const server = createServer(limits, ({method, url = ''}, response) => {
    const [code, type, body] = answerTo(method, url, status)
    response.writeHead(code, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    })
    response.end(method === 'HEAD' ? undefined : body)
  })
  server.maxConnections = 16
  await listen(server, port)
  // An accept may fail later, where file descriptors are used up: the next one is tried by itself.
  server.on('error', () => undefined)
  // It must not hold back the end of the program.
  server.unref()
  return {
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, loopback)
  try {
    await once(server, 'listening')
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    throw code === 'EADDRINUSE'
      ? new UsageError(`--health-port: port ${port} of ${loopback} is taken`, ['give it another one'])
      : new UsageError(`--health-port: ${port} cannot be used: ${code === 'EACCES' ? 'it is below 1024' : message}`)
  }
}
