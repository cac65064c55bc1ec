// Runs many command lines one after another in this one process, each as bin/run.js does: a process for each would cost
// a minute. Reads a list of {args, env, files} from stdin, and writes a list of {stdout, stderr, code} to stdout.
import {EventEmitter} from 'node:events'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {loadAllCommands, main} from '../../../src/main.ts'

export interface CommandLine {
  args: readonly string[]
  env?: Record<string, string>
  /** In the working folder. */
  files?: Record<string, string>
}

export interface Ended {
  stdout: string
  stderr: string
  code: number
}

// oclif finds here, without a manifest, what is loaded.
await loadAllCommands()

// main() listens to stdout each time.
EventEmitter.defaultMaxListeners = 0

/** What oclif takes for the program: the package.json as it is, and the commands of the sources, not of a build. */
function programIn(folder: string): string {
  const src = new URL('../../../src/main.ts', import.meta.url).href
  const ours = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {oclif: object}
  writeFileSync(join(folder, 'main.mjs'), `export {commands, commandNotFound} from ${JSON.stringify(src)}\n`)
  const oclif = JSON.stringify(ours.oclif).replaceAll('./dist/main.cjs', './main.mjs')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({...ours, oclif: JSON.parse(oclif) as object}))
  return folder
}

async function run({args, env = {}, files = {}}: CommandLine, program: string): Promise<Ended> {
  const home = mkdtempSync(join(tmpdir(), 'gnocchictl-unit-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), {recursive: true})
    writeFileSync(join(home, name), text, {mode: 0o600})
  }
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name)
  Object.assign(process.env, {PATH: '/usr/bin:/bin', HOME: home, ...env})
  process.chdir(home)
  process.exitCode = 0
  const said = {stdout: '', stderr: ''}
  for (const name of ['stdout', 'stderr'] as const)
    process[name].write = (text: string | Uint8Array) => {
      said[name] += String(text)
      return true
    }
  try {
    await main([...args], program)
  } finally {
    // Their own methods stand behind these.
    for (const stream of [process.stdout, process.stderr]) Reflect.deleteProperty(stream, 'write')
    process.chdir('/')
    rmSync(home, {recursive: true})
  }
  const hide = (text: string) => text.replaceAll(home, 'HOME').replace(/-[0-9a-f]{12}\.sqlite/, '-HASH.sqlite')
  return {stdout: hide(said.stdout), stderr: hide(said.stderr), code: process.exitCode}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const program = programIn(mkdtempSync(join(tmpdir(), 'gnocchictl-unit-')))
  const lines = JSON.parse(readFileSync(0, 'utf8')) as CommandLine[]
  const ended: Ended[] = []
  for (const line of lines) ended.push(await run(line, program))
  rmSync(program, {recursive: true})
  process.stdout.write(JSON.stringify(ended), () => process.exit(0))
}
