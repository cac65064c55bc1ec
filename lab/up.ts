// `lab up`: from nothing to every server ready.
import {existsSync, mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fillCatalogue} from './catalogue.ts'
import {down} from './down.ts'
import {writeClientFiles} from './env.ts'
import {Locked, withLock} from './lock.ts'
import {endNamespace, startNamespace} from './namespace.ts'
import {insideEnv, planLab, secret} from './plan.ts'
import {listeners, sshListeners, type Storage, type Suite} from './ports.ts'
import {installTools, isFree, requireFree, requireMachine} from './preflight.ts'
import {LabError, say, step} from './process.ts'
import {buildRootfs, rootfsPath} from './rootfs.ts'
import {service, stepsFor} from './servers.ts'
import {asLab, makeStateDir, readLab, stateDir, type Lab, type LabFile} from './state.ts'

export interface UpOptions {
  suite: Suite
  storage: Storage
  /** Builds the root filesystem anew: a suite that moves has other packages by now. */
  fresh?: boolean
  /** How long Keystone's tokens last. */
  tokenSeconds?: number
  signal?: AbortSignal
}

const totalLimitSeconds = 240

/** Starts the lab, or finds it up. What fails, or is aborted, leaves nothing running. */
export async function up(options: UpOptions): Promise<Lab> {
  requireMachine()
  const {suite, storage, fresh = false} = options
  const dir = stateDir(suite)
  makeStateDir(dir)
  const start = async () => {
    const running = readLab(suite)
    if (running && running.storage !== storage)
      throw new LabError(
        `the lab is up with ${running.storage} storage: \`lab down\` first, then \`lab up --storage ${storage}\``,
        2,
      )
    if (running && fresh)
      throw new LabError(
        `the lab is up: \`lab down --suite ${suite}\` first, then \`lab up --suite ${suite} --fresh\``,
        2,
      )
    if (running) {
      say(`the lab (${suite}, ${storage}) is up already`)
      return running
    }
    await down({suite}) // what an interrupted or killed lab left
    try {
      await installTools(options.signal)
      await requireFree(listeners(suite, storage))
      if (fresh || !existsSync(rootfsPath(suite))) await build(options)
      return await step(`the lab (${suite}, ${storage}) is up`, () => startLab(options, dir))
    } catch (error) {
      await down({suite})
      throw options.signal?.aborted ? new LabError('interrupted: everything is stopped', 130) : error
    }
  }
  try {
    return await withLock(dir, start)
  } catch (error) {
    if (!(error instanceof Locked)) throw error
    throw new LabError(`another \`lab up\` is at work here (process ${error.holder}): wait for it, or end it`, 2)
  }
}

const build = ({suite, fresh = false, signal}: UpOptions) => {
  say(`building the root filesystem of ${suite}: about two minutes`)
  return step(rootfsPath(suite), () => buildRootfs(suite, {fresh, signal}))
}

async function startLab(options: UpOptions, dir: string): Promise<Lab> {
  const {suite, storage} = options
  const port22 = (await Promise.all(sshListeners(22).map(isFree))).every(Boolean)
  const plan = planLab(suite, storage, dir, port22)
  const gnocchiPassword = secret()
  for (const folder of ['log', 'keys']) {
    rmSync(join(dir, folder), {recursive: true, force: true})
    mkdirSync(join(dir, folder), {mode: folder === 'keys' ? 0o700 : 0o755})
  }
  writeFileSync(join(dir, 'lab.env'), insideEnv(plan, gnocchiPassword, options.tokenSeconds ?? 3600), {mode: 0o600})
  const pid = await step('namespaces and file system', () => startNamespace(dir, rootfsPath(suite)))
  const lab = {...plan, pid}

  const extra = {
    keystone: () => step('keystone: projects, people, the metric service', () => fillCatalogue(lab, gnocchiPassword)),
  }
  await startAll(lab, extra, options.signal)

  writeClientFiles(lab)
  writeFileSync(join(dir, 'lab.json.new'), `${JSON.stringify(lab, null, 2)}\n`, {mode: 0o600})
  renameSync(join(dir, 'lab.json.new'), join(dir, 'lab.json'))
  return asLab(lab)
}

/** Starts each server as soon as those it waits for are ready. The first failure, an interruption and the time limit
 * end the namespaces, which ends whatever is still starting. */
async function startAll(lab: LabFile, extra: Record<string, () => Promise<void>>, signal?: AbortSignal): Promise<void> {
  const chosen = new Map(stepsFor(lab.storage))
  const started = new Map<string, Promise<void>>()
  const start = async (name: string): Promise<void> => {
    const {after, says} = chosen.get(name) ?? {after: [], says: name}
    await Promise.all(after.filter((other) => chosen.has(other)).map(once))
    await step(says, () => service(lab, 'up', name))
    await extra[name]?.()
  }
  const once = (name: string): Promise<void> => {
    const work = started.get(name) ?? start(name)
    started.set(name, work)
    return work
  }

  const failures: unknown[] = []
  const end = (why: unknown) => {
    failures.push(why)
    endNamespace(lab.stateDir).catch((error: unknown) => failures.push(error))
  }
  const interrupt = () => end(signal?.reason)
  const limit = setTimeout(() => end(new LabError(`not up in ${totalLimitSeconds} s`, 1)), totalLimitSeconds * 1000)
  signal?.addEventListener('abort', interrupt)
  if (signal?.aborted) interrupt()
  await Promise.all([...chosen.keys()].map((name) => once(name).catch(end)))
  clearTimeout(limit)
  signal?.removeEventListener('abort', interrupt)
  if (failures.length > 0) throw failures[0]
}
