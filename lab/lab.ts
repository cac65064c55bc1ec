// The command line of the lab: up, down, env, status, service.
import {parseArgs} from 'node:util'
import {down} from './down.ts'
import {envLines, writeClientFiles} from './env.ts'
import {suiteNamed, suites, type Storage, type Suite} from './ports.ts'
import {LabError, say} from './process.ts'
import {serverNames, serverStates, service} from './servers.ts'
import {readLab, stateDir, type Lab} from './state.ts'
import {up} from './up.ts'

// `lab status | head`: nobody reads any more.
process.stdout.on('error', () => process.exit(0))

const usage = `usage: lab up [--suite ${suites.join('|')}] [--storage ceph|file] [--fresh]
       lab down | status | env [--admin]
       lab service start|stop|restart|status NAME [--sessions]
--suite (or LAB_SUITE) says which Debian; --fresh builds its root filesystem anew, as the mirror has it now; LAB_STATE says where its state is; LAB_TOKEN_SECONDS, at up, how long tokens last.`

interface Flags {
  suite?: string | undefined
  storage: string
  fresh: boolean
  admin: boolean
  sessions: boolean
}

interface Call {
  suite: Suite
  flags: Flags
  /** What follows the command's name. */
  words: string[]
}

const commands: Record<string, (call: Call) => Promise<number>> = {
  async up({suite, flags}) {
    await upOrStop(suite, storageOf(flags), flags.fresh)
    say(`  eval "$(npm run -s lab -- env${suite === 'trixie' ? '' : ` --suite ${suite}`})"   makes you alice`)
    return 0
  },
  async down({suite}) {
    await down({suite})
    say(`the lab (${suite}) is down; its logs are in ${stateDir(suite)}/log`)
    return 0
  },
  async env({suite, flags}) {
    const lab = running(suite)
    writeClientFiles(lab)
    process.stdout.write(envLines(lab, flags.admin ? lab.users.admin : lab.users.alice))
    return 0
  },
  async status({suite}) {
    const lab = readLab(suite)
    if (!lab) {
      process.stdout.write(`the lab (${suite}) is down\n`)
      return 3
    }
    const states = await serverStates(lab)
    const minutes = Math.floor((Date.now() - Date.parse(lab.startedAt)) / 60_000)
    process.stdout.write(`the lab: ${suite}, ${lab.storage} storage, up ${minutes} min, process ${lab.pid}\n`)
    for (const {name, pid} of states) process.stdout.write(`${name.padEnd(14)} ${pid ? `up    ${pid}` : 'down'}\n`)
    return states.every(({pid}) => pid) ? 0 : 3
  },
  async service({suite, flags, words: [action, name = '']}) {
    const lab = running(suite)
    if (!serverNames(lab.storage).includes(name))
      throw new LabError(`which server? one of ${serverNames(lab.storage).join(', ')}`, 2)
    if (action === 'status') {
      const pid = (await serverStates(lab)).find((state) => state.name === name)?.pid
      process.stdout.write(pid ? `up ${pid}\n` : 'down\n')
      return pid ? 0 : 3
    }
    if (action !== 'start' && action !== 'stop' && action !== 'restart') throw new LabError(usage, 2)
    if (action !== 'start') await service(lab, 'stop', name)
    if (action !== 'start' && flags.sessions) await service(lab, 'sessions', name)
    if (action !== 'stop') await service(lab, 'start', name)
    return 0
  },
}

/** A signal during `up` ends what was started; afterwards the lab no longer belongs to this process. */
async function upOrStop(suite: Suite, storage: Storage, fresh: boolean): Promise<void> {
  const interrupted = new AbortController()
  const stop = () => interrupted.abort()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop)
  const tokenSeconds = Number(process.env['LAB_TOKEN_SECONDS'] || 3600)
  if (!Number.isInteger(tokenSeconds) || tokenSeconds < 1)
    throw new LabError('LAB_TOKEN_SECONDS: a whole number of seconds is needed', 2)
  await up({suite, storage, fresh, tokenSeconds, signal: interrupted.signal})
}

function running(suite: Suite): Lab {
  const lab = readLab(suite)
  if (!lab) throw new LabError(`the lab (${suite}) is down: \`npm run lab -- up\` starts it`, 3)
  return lab
}

function storageOf({storage}: Flags): Storage {
  if (storage === 'ceph' || storage === 'file') return storage
  throw new LabError(`--storage ${storage}: ceph or file`, 2)
}

const suiteOf = (flags: Flags): Suite => suiteNamed(flags.suite ?? (process.env['LAB_SUITE'] || 'trixie'))

async function main(args: string[]): Promise<number> {
  const {values, positionals} = parseArgs({
    args,
    allowPositionals: true,
    options: {
      suite: {type: 'string'},
      storage: {type: 'string', default: 'ceph'},
      fresh: {type: 'boolean', default: false},
      admin: {type: 'boolean', default: false},
      sessions: {type: 'boolean', default: false},
      help: {type: 'boolean', short: 'h', default: false},
    },
  })
  const [name = '', ...words] = positionals
  const command = commands[name]
  if (!command || values.help) {
    say(usage)
    return values.help ? 0 : 2
  }
  return await command({suite: suiteOf(values), flags: values, words})
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  // parseArgs says what is wrong with an option in its message, and marks it with a code.
  const badOption = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')
  if (!(error instanceof LabError) && !badOption) throw error
  say(`lab: ${(error as Error).message}`)
  process.exitCode = error instanceof LabError ? error.exitCode : 2
}
