import type {Command} from '@oclif/core'

import ArchivePolicyList from './commands/archive-policy/list.ts'
import ArchivePolicyShow from './commands/archive-policy/show.ts'
import Consume from './commands/consume.ts'
import MetricsCreate from './commands/metrics/create.ts'
import MetricsList from './commands/metrics/list.ts'
import Produce from './commands/produce.ts'
import SpoolDrop from './commands/spool/drop.ts'
import SpoolFlush from './commands/spool/flush.ts'
import SpoolShow from './commands/spool/show.ts'

/** Every command by what is typed, with a colon for the space: the path of its file. A test compares them. */
export const commands: Record<string, typeof Command> = {
  'archive-policy:list': ArchivePolicyList,
  'archive-policy:show': ArchivePolicyShow,
  consume: Consume,
  'metrics:create': MetricsCreate,
  'metrics:list': MetricsList,
  produce: Produce,
  'spool:drop': SpoolDrop,
  'spool:flush': SpoolFlush,
  'spool:show': SpoolShow,
}
