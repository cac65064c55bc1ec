// The whole time of a process, from its start to its end. A small program: what starts it adds as little as can be.
import {spawnSync} from 'node:child_process'
import {answer} from './answer.ts'

const [program = '', ...args] = process.argv.slice(2)

await answer(() => {
  const {status, stderr} = spawnSync(program, args, {stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8'})
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`)
})
