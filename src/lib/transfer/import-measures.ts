import pMap from 'p-map'

import {GnocchiError, UsageError, type AppError} from '../errors.ts'
import {oldestTakenAt, type ArchivePolicy} from '../gnocchi/archive-policies.ts'
import type {MeasureText} from '../gnocchi/measure-text.ts'
import type {Refused} from '../gnocchi/measures.ts'
import {isoTime} from '../time.ts'
import {roughly} from '../duration.ts'
import {attentively} from './attentive.ts'
import {blocksOf, LineTooLong, type Block} from './blocks.ts'
import {
  formatOf,
  inputFormats,
  refuseBinary,
  type InputFormatName,
  type Reader,
  type ReaderOptions,
} from './formats/formats.ts'
import {BadLine, Gather, type Series} from './gather.ts'
import {Lanes, longestWaitMs} from './lanes.ts'
import {measuresOf} from './summary.ts'
import {asTold, judgeAll, type TooOld} from './too-old.ts'
import type {TimeZone} from './time-zone.ts'
import type {TimestampUnit} from './timestamps.ts'

/** The metric that a name of the file stands for. */
export interface Target {
  id: string
  archivePolicy: ArchivePolicy
  /** Made just now: it has no measures. */
  isNew?: boolean
}

export interface ImportMeasures extends ReaderOptions {
  /** The file's bytes, from its beginning. */
  chunks: AsyncIterable<Buffer>
  /** How messages call it. */
  path: string
  format?: InputFormatName | undefined
  unit?: TimestampUnit | undefined
  timezone?: TimeZone | undefined
  skipBad: boolean
  inFlight: number
  /** Where an earlier import got to, in bytes: what stands before is read, and not sent again. */
  storedTo: number
  /** @throws AppError when there is no such metric, or it is not clear which one is meant */
  resolve: (name: string) => Promise<Target>
  /** The newest measure that Gnocchi has of each of these since then, by id: what decides how old one may be. */
  newestOf: (targets: readonly Target[], since: Date) => Promise<ReadonlyMap<string, Date>>
  /** How many measures it holds from a time on and before another; null when it does not count. */
  heldOf: (target: Target, from: Date, to: Date) => Promise<number | null>
  /** Left out where nothing is to be sent. */
  send: ((batch: ReadonlyMap<string, MeasureText>) => Promise<Refused[]>) | undefined
  now: () => Date
  /** All up to this byte is stored; `metric` is the first one of the file. */
  onStored: (offset: number, metric: {name: string; id: string}) => void
  onProgress: (progress: {bytes: number; measures: number}) => void
  report: (line: string) => void
  signal: AbortSignal
  /** Before the second try of a request. */
  firstPauseMs?: number | undefined
}

/** What became of the measures of one metric. */
export interface ImportedMetric {
  name: string
  id: string | null
  archivePolicy: ArchivePolicy | null
  measures: number
  oldest: Date
  newest: Date
  tooOld: TooOld | null
  /** Why Gnocchi, or the file's reader, took none or not all. */
  refused: string | null
}

export interface Imported {
  metrics: ImportedMetric[]
  /** Measures read, and those that Gnocchi has taken in this run. */
  read: number
  sent: number
  requests: number
  skipped: number
  told: {line: number; message: string}[]
  /** A signal ended it before the file did. */
  stopped: boolean
}

/** A series on its way: who it is in Gnocchi, or why it goes nowhere. */
interface Bound {
  target: Target | undefined
  reason: string | undefined
  measures: number
  warned: boolean
}

/** An import under way. */
interface Run {
  options: ImportMeasures
  lanes: Lanes
  file: OpenFile
  bound: Map<Series, Bound>
  /** What the metrics that have come up have already is known, and said where it matters: till then, nothing is sent. */
  judged: Promise<void>
  /** All of the file's bytes before it are read, and given to the lanes. */
  readTo: number
  read: number
}

/**
 * Reads a file of any size once, and stores what it holds, with constant memory: blocks of lines → measures by metric →
 * lanes → Gnocchi. A line that cannot be imported ends it, after all before it is stored, unless bad ones are skipped.
 * @throws UsageError with the line, GnocchiError when Gnocchi stays unwell
 */
export async function importMeasures(options: ImportMeasures): Promise<Imported> {
  const {inFlight, send, report, firstPauseMs} = options
  const onStored = () => tellStored(run)
  const lanes = new Lanes({inFlight, send: send ?? (async () => []), onStored, report, firstPauseMs})
  const run: Run = {
    options,
    lanes,
    file: {reader: undefined, gather: undefined, line: 1},
    bound: new Map(),
    judged: Promise.resolve(),
    readTo: 0,
    read: 0,
  }
  const bad = await readAndSend(run)
  if (bad) throw told(bad, options.path, lanes.stored, run.file.line)
  onStored()
  const {gather} = run.file
  return {
    metrics: await pMap(run.bound, ([series, own]) => imported(series, own, run), {concurrency: 8}),
    read: run.read,
    sent: send ? lanes.stored : 0,
    requests: lanes.requests,
    skipped: gather?.skipped ?? 0,
    told: gather?.told.map(({line, message}) => ({line, message})) ?? [],
    stopped: options.signal.aborted,
  }
}

/** Gives the line that ended it, once all before it is stored. @throws GnocchiError with how much that is */
async function readAndSend(run: Run): Promise<BadLine | LineTooLong | undefined> {
  const {lanes} = run
  try {
    const bad = await readAll(run)
    await run.judged
    await lanes.flush()
    return bad
  } catch (error) {
    if (!(error instanceof GnocchiError) || lanes.stored === 0) throw error
    throw new GnocchiError(`${error.message}; ${measuresOf(lanes.stored)} sent before that`, error, error.suggestions)
  }
}

/** Gives the line that ended it, or undefined at the file's end or after a signal. */
async function readAll(run: Run): Promise<BadLine | LineTooLong | undefined> {
  const {options, lanes} = run
  try {
    const blocks = attentively(blocksOf(options.chunks), {
      signal: options.signal,
      idleMs: longestWaitMs,
      onIdle: () => sendDue(run),
    })
    for await (const block of blocks) {
      const bad = await takeBlock(run, block)
      options.onProgress({bytes: block.end, measures: run.read})
      if (bad) return bad
    }
    return undefined
  } catch (error) {
    if (error instanceof BadLine || error instanceof LineTooLong) return error
    // What is under way is waited for; the error is the one that came first.
    await lanes.flush().catch(() => undefined)
    throw error
  }
}

async function takeBlock(run: Run, {text, start, end}: Block): Promise<BadLine | undefined> {
  const {options, lanes, file, bound} = run
  const bad = readBlock(file, text, options)
  if (!file.gather) return bad
  await bind(file.gather, bound, options)
  const sending = end > options.storedTo
  judge(run, file.gather.touched, sending)
  for (const series of file.gather.touched) {
    const own = bound.get(series)!
    own.measures += series.measures.length
    run.read += series.measures.length
    if (own.target && sending) lanes.add(own.target.id, series.measures, start)
    else series.late.clear()
    series.measures.clear()
    warnOfLate(series, own, options.path, options.report)
  }
  file.gather.touched.clear()
  await sendDue(run)
  run.readTo = end
  return bad
}

async function sendDue({lanes, judged}: Run): Promise<void> {
  if (!lanes.isDue) return
  await judged
  await lanes.drain()
}

/** Begins to ask what Gnocchi has of metrics that have come up. Meanwhile, more of the file is read. */
function judge(run: Run, touched: ReadonlySet<Series>, sending: boolean): void {
  const {options, bound} = run
  const unasked = [...touched].filter(({late}) => !late.isAsked)
  if (unasked.length === 0) return
  for (const {late} of unasked) late.isAsked = true
  const asking = judgeAll(unasked, bound, options, sending).then((early) => {
    if (early !== undefined) options.report(`warning: ${options.path}: ${early}`)
  })
  run.judged = Promise.all([run.judged, asking]).then(() => undefined)
  // Whoever waits for it gets the error; the file may end before that.
  run.judged.catch(() => undefined)
}

function tellStored({options, lanes, bound, readTo}: Run): void {
  for (const [{name}, {target}] of bound)
    if (target) {
      options.onStored(lanes.storedTo(readTo), {name, id: target.id})
      return
    }
}

interface OpenFile {
  reader: Reader | undefined
  gather: Gather | undefined
  /** The number of the next line. */
  line: number
}

/** Reads a block as far as it can; gives the line that cannot be read. @throws UsageError */
function readBlock(file: OpenFile, text: string, options: ImportMeasures): BadLine | undefined {
  let body = text
  try {
    if (!file.reader) {
      const feed = text.indexOf('\n')
      const line = (feed === -1 ? text : text.slice(0, feed)).replace(/\r$/, '')
      refuseBinary(line, options.path)
      const format = inputFormats[options.format ?? formatOf(options.path, line)]
      const isUnitGuessed = options.unit === undefined
      file.gather = new Gather({...options, unit: options.unit ?? format.unit, isUnitGuessed})
      file.reader = format.open(line, options, file.gather)
      if (file.reader.hasHeader) {
        body = feed === -1 ? '' : text.slice(feed + 1)
        file.line = 2
      }
    }
    file.gather!.begin()
    file.line = file.reader.read(body, file.line)
    return undefined
  } catch (error) {
    if (error instanceof BadLine) return error
    throw error
  }
}

/** Finds the metrics that have come up. Each name is looked up once. @throws BadLine */
async function bind(gather: Gather, bound: Map<Series, Bound>, {resolve, skipBad}: ImportMeasures): Promise<void> {
  if (gather.series.size === bound.size) return
  const unbound = [...gather.series.values()].slice(bound.size)
  const found = await pMap(
    unbound,
    async (series): Promise<[Series, Bound]> => {
      try {
        return [series, {...nothing(), target: await resolve(series.name), reason: undefined}]
      } catch (error) {
        if (!isOfName(error)) throw error
        if (!skipBad) throw new BadMetric(series.line, error)
        return [series, {...nothing(), target: undefined, reason: error.message}]
      }
    },
    {concurrency: 8},
  )
  for (const [series, own] of found) bound.set(series, own)
}

const nothing = () => ({measures: 0, warned: false})

/** There is no such metric, or it is not clear which one is meant, or it is another project's. */
const isOfName = (error: unknown): error is AppError =>
  error instanceof UsageError || (error instanceof GnocchiError && [400, 403, 404].includes(error.status ?? 0))

/** A name that is no metric's: of the first line that has it, and nothing of its block is sent. */
class BadMetric extends BadLine {
  readonly suggestions: string[]

  constructor(line: number, {message, suggestions}: AppError) {
    super(line, message)
    this.suggestions = suggestions
  }
}

/** Once for each metric: sorted files are stored whole, others may not be. */
function warnOfLate({name, back}: Series, own: Bound, path: string, report: (line: string) => void): void {
  if (own.warned || !own.target || back.milliseconds === 0) return
  const oldest = oldestTakenAt(own.target.archivePolicy, new Date(back.from))
  if (back.from - back.milliseconds >= oldest.getTime()) return
  own.warned = true
  report(
    `warning: ${path}:${back.line}: ${name} goes back by ${roughly(back.milliseconds / 1000)}: once the newer measures ` +
      `before it are processed, Gnocchi drops what is older than ${isoTime(oldest)}; sort the file by time`,
  )
}

function told(bad: BadLine | LineTooLong, path: string, stored: number, line: number): UsageError {
  if (bad instanceof LineTooLong) return new UsageError(`${path}:${line}: ${bad.message}`)
  const {line: at, message} = bad
  const before =
    stored === 0 ? 'nothing was sent' : `${measuresOf(stored)} of the lines before it sent, nothing of those after it`
  const mend =
    bad instanceof BadMetric
      ? bad.suggestions
      : ['mend it and import the file again: what is stored already counts once', '--skip-bad leaves out such lines']
  return new UsageError(`${path}:${at}: ${message}; ${before}`, mend)
}

async function imported(series: Series, own: Bound, {lanes, options}: Run): Promise<ImportedMetric> {
  const {target, reason, measures} = own
  return {
    name: series.name,
    id: target?.id ?? null,
    archivePolicy: target?.archivePolicy ?? null,
    measures,
    oldest: new Date(series.oldest),
    newest: new Date(series.newest),
    tooOld: target && series.late.count > 0 ? await asTold(target, series.late, options) : null,
    refused: reason ?? (target ? (lanes.refused.get(target.id)?.reason ?? null) : null),
  }
}
