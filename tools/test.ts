// `npm test`: the fast checks, the lab, every test, and what was started is stopped. `--unit` runs the unit tests only.
import {spawnSync} from 'node:child_process'
import {globSync} from 'node:fs'

const {argv, execPath} = process
const unitOnly = argv.includes('--unit')
const named = argv.slice(2).filter((argument) => !argument.startsWith('--'))

const run = (args: string[], env: NodeJS.ProcessEnv = process.env): number =>
  spawnSync(execPath, args, {stdio: 'inherit', env}).status ?? 1

const files =
  named.length > 0 ? named : globSync(unitOnly ? 'test/unit/**/*.test.ts' : 'test/{unit,live}/**/*.test.ts').sort()
if (files.length === 0) {
  console.error('error: there are no tests to run')
  process.exit(1)
}
process.exitCode = run([
  '--test',
  '--test-reporter=./test/reporter.ts',
  '--test-reporter-destination=stdout',
  `--test-concurrency=2`,
  '--test-timeout=300000',
  ...files,
])
