import type {Command} from '@oclif/core'

import ArchivePolicyList from './commands/archive-policy/list.ts'
import ArchivePolicyShow from './commands/archive-policy/show.ts'
import Consume from './commands/consume.ts'
import HostsCheck from './commands/hosts/check.ts'
import HostsTrust from './commands/hosts/trust.ts'
import MetricsCreate from './commands/metrics/create.ts'
import MetricsList from './commands/metrics/list.ts'
import Produce from './commands/produce/index.ts'
import ProduceStatus from './commands/produce/status.ts'
import SpoolDrop from './commands/spool/drop.ts'
import SpoolFlush from './commands/spool/flush.ts'
import SpoolShow from './commands/spool/show.ts'

/** Every command by what is typed, with a colon for the space: the path of its file. A test compares them. */
export const commands: Record<string, typeof Command> = {
  'archive-policy:list': ArchivePolicyList,
  'archive-policy:show': ArchivePolicyShow,
  consume: Consume,
  'hosts:check': HostsCheck,
  'hosts:trust': HostsTrust,
  'metrics:create': MetricsCreate,
  'metrics:list': MetricsList,
  produce: Produce,
  'produce:status': ProduceStatus,
  'spool:drop': SpoolDrop,
  'spool:flush': SpoolFlush,
  'spool:show': SpoolShow,
}
