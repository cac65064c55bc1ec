// Names on the cloud, kept in a file for each cloud, user and project: a press of Tab must not wait for Gnocchi.
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {cacheFolder} from '../folders.ts'
import {cloudOptions, type CloudOption, type CloudOptionName} from '../keystone/options.ts'
import type {Indexed} from './kinds.ts'

export type NameIndex = Record<Indexed, string[]>

/** After this an index is made anew, while the old one still answers. */
const freshSeconds = 300

/** A refresh that could not be done is not tried again for this long. */
const failedSeconds = 60

/** A refresh that takes longer was ended from outside. */
const refreshSeconds = 60

/** How long a press waits for names that are asked for the first time. */
const patienceMilliseconds = 2000

export interface IndexFile {
  /** Names the file; of letters and digits. */
  key: string
  /** Without some kinds while it is made for the first time. */
  read(): Partial<NameIndex> | undefined
  isFresh(): boolean
  /** True for one caller at a time, who then makes the index and says how that ended. */
  claim(): boolean
  isClaimed(): boolean
  /** What is known already of the first index. It counts as old, in case that the rest never comes. */
  begin(index: Partial<NameIndex>): void
  write(index: NameIndex): void
  fail(): void
}

export function indexFile(key: string, folder = join(cacheFolder(), 'completion')): IndexFile {
  const path = join(folder, `${key}.json`)
  const claimed = `${path}.claimed`
  const failed = `${path}.failed`
  const put = (index: Partial<NameIndex>) => {
    mkdirSync(folder, {recursive: true, mode: 0o700})
    // Whole or not at all: another press of Tab may read it at any moment.
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(index), {mode: 0o600})
    renameSync(`${path}.${process.pid}`, path)
  }
  const within = (file: string, seconds: number) => (ageOf(file) ?? Infinity) < seconds
  return {
    key,
    read: () => attempt(() => JSON.parse(readFileSync(path, 'utf8')) as NameIndex),
    isFresh: () => within(path, freshSeconds),
    isClaimed: () => within(claimed, refreshSeconds),
    claim() {
      if (within(failed, failedSeconds)) return false
      if (!within(claimed, refreshSeconds)) rmSync(claimed, {force: true})
      mkdirSync(folder, {recursive: true, mode: 0o700})
      const file = attempt(() => openSync(claimed, 'wx', 0o600))
      if (file === undefined) return false
      closeSync(file)
      return true
    },
    begin(index) {
      if (ageOf(path) !== undefined) return
      put(index)
      utimesSync(path, 0, 0)
    },
    write(index) {
      put(index)
      rmSync(failed, {force: true})
      rmSync(claimed, {force: true})
    },
    fail() {
      writeFileSync(failed, '', {mode: 0o600})
      rmSync(claimed, {force: true})
    },
  }
}

/**
 * Names of a kind, as far as they are known. `refresh` makes the index anew in the background, when it is old; only
 * where it has no such names yet are they waited for, so long and no longer.
 */
export async function namesOf(
  file: IndexFile,
  kind: Indexed,
  refresh: () => void,
  patience = patienceMilliseconds,
): Promise<readonly string[]> {
  if (!file.isFresh() && file.claim()) refresh()
  const until = Date.now() + patience
  for (;;) {
    const claimed = file.isClaimed()
    const names = file.read()?.[kind]
    if (names || !claimed || Date.now() >= until) return names ?? []
    await sleep(20)
  }
}

const ageOf = (file: string): number | undefined => {
  const found = statSync(file, {throwIfNoEntry: false})
  return found ? (Date.now() - found.mtimeMs) / 1000 : undefined
}

/**
 * The key of the index for the cloud that flags and variables describe: everything but secrets that decides where and
 * as whom one logs in. A cloud of clouds.yaml is known by its name: what stands there is not read.
 */
export function indexKey(flags: ReadonlyMap<string, string>, env: NodeJS.ProcessEnv): string {
  const told = [['os-cloud', flags.get('os-cloud') ?? env['OS_CLOUD'] ?? '']]
  for (const [name, option] of Object.entries(cloudOptions) as [CloudOptionName, CloudOption][]) {
    const variable = option.env.find((candidate) => env[candidate])
    const value = flags.get(option.metricFlag ?? name) ?? flags.get(name) ?? (variable ? env[variable] : undefined)
    if (value !== undefined && !option.secret && !option.local) told.push([name, value])
  }
  return hash(JSON.stringify(told))
}

/** FNV-1a, 64 bits: node:crypto takes longer to load than all of this takes. */
function hash(text: string): string {
  let state = 0xcbf29ce484222325n
  for (const byte of Buffer.from(text)) state = BigInt.asUintN(64, (state ^ BigInt(byte)) * 0x100000001b3n)
  return state.toString(36)
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
