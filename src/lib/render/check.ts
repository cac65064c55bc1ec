import {states, worst, type JudgedHost, type Limits} from '../check.ts'
import {isoTime} from '../time.ts'
import {shortNumber, withUnit} from './chart/axes.ts'
import {clean} from '../clean.ts'

/** Units that performance data may have. */
const perfUnits = ['%', 's', 'ms', 'us', 'B', 'KB', 'MB', 'GB', 'TB', 'c']

/** A bar would end the text, a line break the line. */
const plain = (text: string): string => clean(text).replaceAll('\n', ' ').replaceAll('|', '/')

/** The line of a check that could not be made. */
export const unknownLine = (service: string, why: string): string => `${plain(service)} UNKNOWN - ${plain(why)}\n`

/**
 * As monitoring plugins print: state and summary, then performance data after the bar, then a line for each host, the
 * worst first.
 * @see https://www.monitoring-plugins.org/doc/guidelines.html#PLUGOUTPUT
 */
export function checkText(
  hosts: readonly JudgedHost[],
  {service, unit, limits}: {service: string; unit: string; limits: Limits},
): string {
  const said = (value: number) => (unit === '%' ? `${shortNumber(value)}%` : withUnit(shortNumber(value), unit))
  const of = ({host, value, why, state}: JudgedHost) =>
    `${plain(host)}${value === undefined ? '' : ` ${said(value)}`}${state === 'UNKNOWN' ? `: ${plain(why!)}` : ''}`
  const perf = hosts.flatMap(({host, value}) => (value === undefined ? [] : [perfOf(host, value, unit, limits)]))
  const byGravity = hosts.toSorted((a, b) => states.indexOf(b.state) - states.indexOf(a.state))
  const lines = byGravity.map(({at, ...one}) => {
    const more = one.state === 'UNKNOWN' || one.why === undefined ? '' : `, ${one.why}`
    return `${one.state} ${of(one)}${at ? ` at ${isoTime(at)}` : ''}${more}\n`
  })
  const state = worst(hosts)
  return `${plain(service)} ${state} - ${summary(hosts, said, of)}${perf.length > 0 ? ` | ${perf.join(' ')}` : ''}\n${lines.join('')}`
}

const count = (n: number): string => `${n} ${n === 1 ? 'host' : 'hosts'}`
const named = 3

function summary(
  hosts: readonly JudgedHost[],
  said: (value: number) => string,
  of: (host: JudgedHost) => string,
): string {
  const state = worst(hosts)
  if (hosts.length === 1) return of(hosts[0]!)
  if (state === 'OK') {
    const highest = hosts.reduce((best, host) => (host.value! > best.value! ? host : best))
    return `${count(hosts.length)}, highest ${plain(highest.host)} ${said(highest.value!)}`
  }
  const bad = hosts.filter((host) => host.state === state)
  const more = bad.length > named ? ` and ${bad.length - named} more` : ''
  return `${bad.length} of ${count(hosts.length)}: ${bad.slice(0, named).map(of).join(', ')}${more}`
}

function perfOf(host: string, value: number, unit: string, {warn, crit}: Limits): string {
  // A label may hold anything but "="; a quote stands twice.
  const label = `'${plain(host).replaceAll('=', '-').replaceAll("'", "''")}'`
  const ends = unit === '%' ? ['0', '100'] : ['', '']
  const fields = [
    `${decimal(value)}${perfUnits.includes(unit) ? unit : ''}`,
    warn?.text ?? '',
    crit?.text ?? '',
    ...ends,
  ]
  return `${label}=${fields.join(';').replace(/;+$/, '')}`
}

/** Without an exponent, which no reader of performance data knows. */
function decimal(value: number): string {
  if (Math.abs(value) >= 1e21) return BigInt(value).toString()
  const digits = value === 0 ? 0 : Math.min(20, Math.max(0, 5 - Math.floor(Math.log10(Math.abs(value)))))
  return value
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}
