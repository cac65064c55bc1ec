// Ten thousand metrics listed, beside the official client.
import {gnocchiAs, unique} from '../test/live/lab.ts'
import {compared, type Result} from './result.ts'
import {median} from './side-by-side.ts'
import {cpu, inTurns, memory, officialUsage, usage} from './usage.ts'
import type {Workplace} from './workplace.ts'

const [resources, metricsOfEach] = [100, 100]

export async function metricList(workplace: Workplace): Promise<Result[]> {
  const {lab, gnocchictl, run} = workplace
  const alice = await gnocchiAs(lab, lab.users.alice)
  const ids = Array.from({length: resources}, () => unique('live-bench'))
  const metrics = Object.fromEntries(
    Array.from({length: metricsOfEach}, (_, n) => [`m${n}`, {archive_policy_name: 'low'}]),
  )
  try {
    for (const id of ids) {
      const {status} = await alice('POST', 'v1/resource/generic', {id, metrics})
      if (status !== 201) throw new Error(`resource ${id} got a ${status}`)
    }
    const list = ['metric', 'list', '-f', 'json']
    const {length} = JSON.parse(run(...list)) as unknown[]
    if (length < resources * metricsOfEach) throw new Error(`${length} metrics listed`)
    const used = await inTurns({
      ours: () => usage(workplace, gnocchictl(...list)),
      onePage: () => usage(workplace, gnocchictl(...list, '--limit', '1000')),
      official: () => officialUsage(workplace, list),
    })
    const times = (name: 'ours' | 'official') => used[name].map(({milliseconds}) => milliseconds)
    const [peak, peakOfOne] = [used.ours, used.onePage].map((runs) => median(runs.map((one) => one.peakMegabytes)))
    return [
      compared(`metric list of ${length} metrics / official client`, times('ours'), times('official')),
      {name: '  CPU', ours: cpu(used.ours), peer: cpu(used.official)},
      {name: '  memory at its peak', ours: memory(used.ours), peer: memory(used.official)},
      {
        name: `  memory, ${length} metrics / 1000`,
        ours: memory(used.ours),
        peer: memory(used.onePage),
        ratio: peak! / peakOfOne!,
      },
    ]
  } finally {
    for (const id of ids) await alice('DELETE', `v1/resource/generic/${id}`)
  }
}
