import {rawOnDisk, sizeOnDisk, type ArchivePolicy} from '../gnocchi/archive-policies.ts'
import {bytesInWords} from '../size.ts'
import {createLine, type Suggestion} from '../policies/suggest-policy.ts'
import {grouped, policyColumns, rawColumn, sizeColumn} from './archive-policy.ts'
import type {Column} from './formats.ts'

export interface Suggested extends Suggestion {
  /** Policies of the server that do it already, the smallest first; null: the server was not asked. */
  existing: readonly ArchivePolicy[] | null
}

/** `metrics`: how many there are to be of it. */
export const suggestionColumns = (
  intervalSeconds: number,
  metrics: number | undefined,
): readonly Column<Suggested>[] => {
  const inAll = (policy: ArchivePolicy) =>
    (sizeOnDisk(policy)!.mostBytes + rawOnDisk(policy, intervalSeconds).mostBytes) * (metrics ?? 1)
  return [
    ...policyColumns,
    sizeColumn,
    rawColumn(intervalSeconds),
    ...(metrics === undefined
      ? []
      : [
          {
            name: 'bytes_in_all',
            title: `for ${grouped(metrics)} metric${metrics === 1 ? '' : 's'}`,
            value: inAll,
            text: (policy: Suggested) => `at most ${bytesInWords(inAll(policy))}`,
          },
        ]),
    {
      name: 'existing',
      title: 'there already',
      value: ({existing}) => existing && existing.map(({name}) => name),
      text: ({existing}) =>
        existing === null
          ? 'not compared'
          : existing.map((policy) => `${policy.name}: ${sizeColumn.text!(policy).replace(/,.*/s, '')}`).join('\n') ||
            'no policy that keeps all this',
    },
    {name: 'notes', value: ({notes}) => notes, text: ({notes}) => notes.join('\n') || 'none'},
    {name: 'create', value: createLine, programsOnly: true},
  ]
}
