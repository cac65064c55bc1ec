// `npm run check`: everything that needs no server. All checks run at once; what fails is shown whole.
import {spawn} from 'node:child_process'
import {availableParallelism} from 'node:os'

const node = process.execPath
const tool = (path: string, ...args: string[]): string[] => [node, `node_modules/${path}`, ...args]

const checks: Record<string, string[]> = {
  lint: tool('eslint/bin/eslint.js', '.', '--cache', '--cache-location', 'node_modules/.cache/eslint'),
  types: tool('typescript/bin/tsc', '-p', 'tsconfig.check.json'),
  format: tool('prettier/bin/prettier.cjs', '--check', '.', '--cache', '--log-level', 'warn'),
  'unused code': tool('knip/bin/knip.js'),
  'unit tests': [node, 'tools/test.ts', '--unit'],
}

interface Result {
  name: string
  ok: boolean
}

async function run(name: string, [command, ...args]: string[]): Promise<Result> {
  const started = performance.now()
  const child = spawn(command!, args, {stdio: ['ignore', 'pipe', 'pipe']})
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr.on('data', (data: Buffer) => (output += data.toString()))
  const ok = await new Promise<boolean>((resolve) => child.on('close', (code) => resolve(code === 0)))
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  if (!ok) console.log(output)
  return {name, ok}
}

const queue = Object.entries(checks)
const results: Result[] = []
await Promise.all(
  Array.from({length: Math.max(2, availableParallelism())}, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results.push(await run(...next))
  }),
)
process.exitCode = results.every(({ok}) => ok) ? 0 : 1
