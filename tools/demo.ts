// `npm run demo`: the lab, and on it the main job as a user types it. The lab is left running, to go on by hand.
import {spawn} from 'node:child_process'

import {clientEnv, writeClientFiles} from '../lab/env.ts'
import {LabError} from '../lab/process.ts'
import {up} from '../lab/up.ts'

const commands = [
  'metrics create',
  'archive-policy show',
  'produce --interval 2 --count 5',
  'consume --agg mean --granularity minute --once',
]

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())

try {
  const lab = await up({suite: 'trixie', storage: 'ceph', signal: interrupted.signal})
  writeClientFiles(lab)
  const env = {...process.env, ...clientEnv(lab, lab.users.alice)}
  for (const command of commands) {
    console.log(`\n$ gnocchictl ${command}`)
    const code = await run(command.split(' '), env)
    if (code !== 0) process.exit(code)
  }
  console.log(`
That was a real Keystone, a real Gnocchi on Ceph and five SSH servers, and they still run. Go on by hand:

  eval "$(npm run -s lab -- env)"
  npm run -s gnocchictl -- produce --interval 10
  npm run -s gnocchictl -- consume      (in another terminal, after the same eval)
  npm run -s lab -- down                (stops all of it)`)
} catch (error) {
  if (!(error instanceof LabError)) throw error
  console.error(`error: ${error.message}`)
  process.exitCode = error.exitCode
}

function run(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, ['bin/run.js', ...args], {stdio: 'inherit', env})
  interrupted.signal.addEventListener('abort', () => child.kill('SIGINT'))
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))
}
