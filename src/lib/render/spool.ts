import type {SpoolRow} from '../delivery/spool.ts'
import {roughly} from '../duration.ts'
import {isoTime} from '../time.ts'
import type {Column} from './formats.ts'

export const spoolColumns = (now: Date): readonly Column<SpoolRow>[] => [
  {name: 'host', value: ({host}) => host},
  {name: 'metric', value: ({metric}) => metric},
  {name: 'samples', value: ({samples}) => samples},
  {
    name: 'oldest',
    value: ({oldest}) => isoTime(oldest),
    text: ({oldest}) => `${roughly((now.getTime() - oldest.getTime()) / 1000)} ago`,
  },
  {name: 'newest', programsOnly: true, value: ({newest}) => isoTime(newest)},
  {
    name: 'set_aside',
    title: 'set aside because',
    value: ({parked}) => parked,
    text: ({parked}) => parked ?? 'no: to be sent',
  },
]
