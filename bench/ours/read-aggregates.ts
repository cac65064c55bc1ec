// The same aggregates with our own client in one process: in one request, or by one GET after another.
import {openGnocchi} from '../../src/lib/gnocchi/client.ts'
import {openTransport} from '../../src/lib/gnocchi/transport.ts'
import {withMetrics} from '../../src/lib/hosts-file/choose.ts'
import {readHostsFile} from '../../src/lib/hosts-file/read.ts'
import {openHttp} from '../../src/lib/http.ts'
import {resolveCloud} from '../../src/lib/keystone/cloud.ts'
import {openSession} from '../../src/lib/keystone/session.ts'
import {openTokenCache} from '../../src/lib/keystone/token-cache.ts'
import {answer} from './answer.ts'

const [way, file = ''] = process.argv.slice(2)
const http = openHttp({})
const gnocchi = openGnocchi(
  openTransport(http, openSession(await resolveCloud({}, process.env), http, openTokenCache())),
)
const metrics = withMetrics(readHostsFile(file).hosts).map(({metric}) => metric)

/** The last five minutes and the one before them, as `consume` asks. */
const question = () => {
  const stop = Math.ceil(Date.now() / 60_000) * 60_000
  return {method: 'mean', granularitySeconds: 60, start: new Date(stop - 6 * 60_000), stop: new Date(stop)}
}

const ways: Record<string, () => Promise<unknown>> = {
  together: () => gnocchi.aggregates.ofMetrics(metrics, question()),
  async apart() {
    const asked = question()
    for (const metric of metrics) await gnocchi.measures.get(metric, asked)
  },
}

await answer(ways[way!]!)
