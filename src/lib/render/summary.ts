import type {Summary} from '../produce.ts'

/** What a run of the producer did, in one line. */
export function summaryInWords({rounds, sampled, sent, kept, parked, lost}: Summary): string {
  const rest = [
    kept > 0 && `${kept} kept for the next run`,
    parked > 0 && `${parked} set aside`,
    lost > 0 && `${lost} lost: the disk was full`,
  ].filter(Boolean)
  return [`${rounds} round${rounds === 1 ? '' : 's'}`, `${sampled} sampled`, `${sent} sent`, ...rest].join(', ')
}
