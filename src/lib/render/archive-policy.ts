import {durationInWords} from '../duration.ts'
import {oldestTakenAt, sizeOnDisk, type ArchivePolicy, type ArchivePolicyItem} from '../gnocchi/archive-policies.ts'
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
const coarsest = ({definition}: ArchivePolicy): string =>
  durationInWords(Math.max(...definition.map(({granularitySeconds}) => granularitySeconds))).replace(/^1 (\w+)$/, '$1')

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
    return `at most ${bytesInWords(mostBytes)} a metric (8.04 bytes a point and method), ${bytesInWords(leastBytes)} if it never changes`
  },
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
  {
    name: 'oldest_accepted',
    title: 'late measures',
    value: (policy) => isoTime(oldestTakenAt(policy, now)),
    text: (policy) =>
      `taken from ${isoTime(oldestTakenAt(policy, now))} on (the ${coarsest(policy)} under way${policy.backWindow > 0 ? ` and ${policy.backWindow} before it` : ''},\nfor a metric whose newest measure is of now); older ones are dropped without an error`,
  },
]
