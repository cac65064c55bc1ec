import {once} from 'node:events'
import {createServer} from 'node:http'

import {UsageError} from '../errors.ts'
import {openMetrics, openMetricsType} from './openmetrics.ts'
import {unwell, type Status} from './status.ts'

const loopback = '127.0.0.1'

/**
 * `/healthz` and `/metrics` over HTTP, for this machine only.
 * @throws UsageError when the port is taken
 */
export async function serveHealth(port: number, status: () => Status): Promise<{close(): void}> {
  const pages: Record<string, () => [code: number, type: string, body: string]> = {
    '/healthz': () => {
      const why = unwell(status(), new Date())
      return [why === undefined ? 200 : 503, 'text/plain; charset=utf-8', `${why ?? 'ok'}\n`]
    },
    '/metrics': () => [200, openMetricsType, openMetrics(status(), new Date())],
  }
  const server = createServer(
    {requestTimeout: 5000, headersTimeout: 5000, keepAliveTimeout: 5000},
    ({method, url = ''}, response) => {
      const page = pages[url.replace(/\?.*/s, '')]
      const [code, type, body] =
        page === undefined
          ? [404, 'text/plain; charset=utf-8', 'there are /healthz and /metrics\n']
          : method === 'GET' || method === 'HEAD'
            ? page()
            : [405, 'text/plain; charset=utf-8', 'GET it\n']
      response.writeHead(code, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
      })
      response.end(method === 'HEAD' ? undefined : body)
    },
  )
  server.maxConnections = 16
  server.listen(port, loopback)
  try {
    await once(server, 'listening')
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    throw code === 'EADDRINUSE'
      ? new UsageError(`--health-port: port ${port} of ${loopback} is taken`, ['give it another one'])
      : new UsageError(`--health-port: ${port} cannot be used: ${code === 'EACCES' ? 'it is below 1024' : message}`)
  }
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
