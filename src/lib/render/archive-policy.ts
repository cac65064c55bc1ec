import {durationInWords} from '../duration.ts'
import {
  coarsestSeconds,
  oldestTakenAt,
  periodsBack,
  rawOnDisk,
  sizeOnDisk,
  type ArchivePolicy,
  type ArchivePolicyItem,
} from '../gnocchi/archive-policies.ts'
import {timedeltaText} from '../gnocchi/timedelta.ts'
import {bytesInWords} from '../size.ts'
import {isoTime} from '../time.ts'
import type {Column} from './formats.ts'

/** 10,080; Intl would take as long as the request. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

/** "1 minute over 7 days (10,080 points)" */
function itemInWords({granularitySeconds, timespanSeconds, points}: ArchivePolicyItem): string {
  const granularity = durationInWords(granularitySeconds)
  return timespanSeconds === null || points === null
    ? `${granularity}, for ever`
    : `${granularity} over ${durationInWords(timespanSeconds)} (${grouped(points)} points)`
}

/** As Gnocchi and its official client write it. */
const itemAsOfficial = ({granularitySeconds, timespanSeconds, points}: ArchivePolicyItem) => ({
  timespan: timespanSeconds === null ? null : timedeltaText(timespanSeconds),
  granularity: timedeltaText(granularitySeconds),
  points,
})

/** "hour", "5 minutes" */
const coarsest = (policy: ArchivePolicy): string => oneAs(coarsestSeconds(policy))

const oneAs = (seconds: number): string => durationInWords(seconds).replace(/^1 (\w+)$/, '$1')

/** "the hour under way and 2 before it": of which raw measures are kept, and late ones taken */
const underWay = (policy: ArchivePolicy): string =>
  `the ${coarsest(policy)} under way${periodsBack(policy) > 0 ? ` and ${periodsBack(policy)} before it` : ''}`

export const policyColumns: readonly Column<ArchivePolicy>[] = [
  {name: 'name', value: ({name}) => name},
  {
    name: 'back_window',
    title: 'back window',
    value: ({backWindow}) => backWindow,
    text: (policy) => (policy.backWindow === 0 ? '0' : `${policy.backWindow} × ${coarsest(policy)}`),
  },
  {
    name: 'definition',
    title: 'granularity and retention',
    value: ({definition}) => definition.map(itemAsOfficial),
    text: ({definition}) => definition.map(itemInWords).join('\n'),
  },
  {
    name: 'aggregation_methods',
    title: 'aggregation methods',
    value: ({aggregationMethods}) => aggregationMethods,
    text: ({aggregationMethods}) => aggregationMethods.join(', '),
  },
]

/** What its points take on disk, of one metric. */
export const sizeColumn: Column<ArchivePolicy> = {
  name: 'bytes_per_metric',
  title: 'size on disk',
  value: (policy) => {
    const size = sizeOnDisk(policy)
    return size && {least: size.leastBytes, most: size.mostBytes}
  },
  text: (policy) => {
    const size = sizeOnDisk(policy)
    if (!size) return 'grows for ever'
    const {leastBytes, mostBytes} = size
    return `at most ${bytesInWords(mostBytes)} a metric, with Ceph: whole splits of 3,600 points,\n8.05 bytes a point and method, 9 in the newest; at least ${bytesInWords(leastBytes)}, if it never changes`
  },
}

/** What its raw measures take beside them, where one comes so often; as often as the finest period is long when left out. */
export const rawColumn = (intervalSeconds?: number): Column<ArchivePolicy> => {
  const every = ({definition}: ArchivePolicy) => intervalSeconds ?? definition[0]!.granularitySeconds
  return {
    name: 'raw_bytes_per_metric',
    title: 'raw measures',
    value: (policy) => {
      const {measures, mostBytes} = rawOnDisk(policy, every(policy))
      return {measures, most: mostBytes}
    },
    text: (policy) => {
      const {measures, mostBytes} = rawOnDisk(policy, every(policy))
      return `beside that, at most ${bytesInWords(mostBytes)}: those of ${underWay(policy)},\n${grouped(measures)} with one every ${oneAs(every(policy))} (16 bytes each)`
    },
  }
}

/** What `show` adds: the definition in numbers, for programs, and how late a measure may come. */
export const policyDetails = (now: Date): readonly Column<ArchivePolicy>[] => [
  ...policyColumns,
  {
    name: 'periods',
    programsOnly: true,
    value: ({definition}) =>
      definition.map(({granularitySeconds, points, timespanSeconds}) => ({
        granularity_seconds: granularitySeconds,
        points,
        timespan_seconds: timespanSeconds,
      })),
  },
  sizeColumn,
  rawColumn(),
  {
    name: 'oldest_accepted',
    title: 'late measures',
    value: (policy) => isoTime(oldestTakenAt(policy, now)),
    text: (policy) =>
      `taken from ${isoTime(oldestTakenAt(policy, now))} on (${underWay(policy)},\nfor a metric whose newest measure is of now); older ones are dropped without an error`,
  },
]
