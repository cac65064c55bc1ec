import assert from 'node:assert/strict'
import {execFile, execFileSync} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {dirname, join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {promisify} from 'node:util'

import {gnocchiAs, labOf, openrc, unique} from './lab.ts'
import {person, program, root, Running, type Person} from './person.ts'

const run = promisify(execFile)
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string}

const lab = labOf()

/** npm of the Node that runs the tests, with the machine's cache and settings, and a home of its own. */
const npm = (who: Person, ...args: string[]) =>
  run('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'], {
    cwd: root,
    env: {
      ...process.env,
      ...who.env,
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      npm_config_cache: join(homedir(), '.npm'),
    },
  })

test('the package holds what runs and nothing else, installs into an empty folder and works there', async (t) => {
  const who = person(t, openrc(lab, lab.users.alice))
  // Packed as it was built for these tests: prepack would build anew, under the feet of the others.
  await npm(who, 'pack', '--ignore-scripts', '--pack-destination', who.home)
  const tarball = who.path(`gnocchictl-${version}.tgz`)
  const files = execFileSync('tar', ['-tzf', tarball]).toString().trimEnd().split('\n').sort()
  assert.deepEqual(
    files.map((file) => file.replace(/^package\//, '')).filter((file) => !file.startsWith('dist/types/lib/')),
    [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin/load-compiled.js',
      'bin/package.json',
      'bin/run.js',
      'config.schema.json',
      'dist/complete.cjs',
      'dist/completion.json',
      'dist/index.js',
      'dist/main.cjs',
      'dist/types/index.d.ts',
      'oclif.manifest.json',
      'package.json',
      'packaging/gnocchictl-produce.service',
    ],
  )

  if (
    await npm(who, 'ping').then(
      () => false,
      () => true,
    )
  ) {
    t.skip('the npm registry cannot be reached: the package is not installed')
    return
  }
  await npm(who, 'install', '--ignore-scripts', '--prefix', who.path('prefix'), tarball)
  const installed = who.path('prefix/node_modules/.bin/gnocchictl')
  const gnocchictl = (...args: string[]) =>
    new Running([process.execPath, installed, ...args], {env: who.env, cwd: who.home}).ended
  assert.deepEqual(await gnocchictl('--version'), {
    stdout: `gnocchictl/${version} ${process.platform}-${process.arch} node-${process.version}\n`,
    stderr: '',
    code: 0,
  })
  const help = await gnocchictl('--help')
  assert.deepEqual({stderr: help.stderr, code: help.code}, {stderr: '', code: 0})
  for (const words of ['produce', 'consume', 'archive-policy', 'metrics', `gnocchictl/${version}`])
    assert.ok(help.stdout.includes(words), help.stdout)
  assert.deepEqual(await gnocchictl('archive-policy', 'show', 'low', '-f', 'value', '-c', 'name'), {
    stdout: 'low\n',
    stderr: '',
    code: 0,
  })
  who.hostsFile([{ip: '10.0.0.1', name: 'packed'}])
  assert.deepEqual(await gnocchictl('metrics', 'create', '--dry-run', '-f', 'value'), {
    stdout: 'packed None would create\n',
    stderr: '',
    code: 0,
  })

  const said = await library(t, who)
  assert.equal(said.stderr, '')
  assert.match(
    said.stdout,
    /^20\d\d-\d\d-\d\dT\d\d:\d\d:00\.000Z 21\.5\n404 Archive policy nosuch does not exist \(HTTP 404\)\n$/,
  )
})

/** Compiles the program of docs/library.md against the installed package, strictly, and runs it. */
async function library(t: TestContext, who: Person): Promise<{stdout: string; stderr: string}> {
  const [, program] = /```ts\n(.*?)```/s.exec(readFileSync(join(root, 'docs/library.md'), 'utf8'))!
  who.write('prefix/package.json', '{"type": "module"}')
  who.write('prefix/program.ts', program!)
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    strict: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
  who.write('prefix/tsconfig.json', JSON.stringify({compilerOptions, files: ['program.ts']}))
  const cwd = who.path('prefix')
  const compiled = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], {cwd}).then(
    () => '',
    (error: unknown) => (error as {stdout: string}).stdout,
  )
  assert.equal(compiled, '')
  const host = unique('live-library')
  const gnocchi = await gnocchiAs(lab, lab.users.alice)
  t.after(() => gnocchi('DELETE', `v1/resource/generic/${host}`))
  return run(process.execPath, ['program.js', host], {cwd, env: who.env})
}

const olderNodes = ['/usr/bin/node', '/usr/local/bin/node'].filter((node) => {
  if (!existsSync(node)) return false
  const {stdout: major} = {stdout: execFileSync(node, ['-p', 'process.versions.node.split(".")[0]']).toString()}
  return Number(major) < 24
})

test(
  'a Node that is too old is told so in a line, with what to try',
  {skip: olderNodes.length === 0 && 'this machine has no Node older than 24'},
  async (t) => {
    const who = person(t)
    const [old] = olderNodes as [string]
    const oldVersion = execFileSync(old, ['--version']).toString().trim()
    const {path} = {path: execFileSync(old, ['-p', 'process.execPath']).toString().trim()}
    for (const args of [['--version'], ['archive-policy', 'list']]) {
      const started = new Running([old, program, ...args], {env: who.env, cwd: who.home})
      assert.deepEqual(await started.ended, {
        stdout: '',
        stderr: `error: gnocchictl needs Node 24 or newer; this is ${oldVersion} (${path})\n  try: https://nodejs.org/en/download\n`,
        code: 2,
      })
    }
    // A monitoring system takes 2 for CRITICAL.
    assert.deepEqual(await new Running([old, program, 'check'], {env: who.env, cwd: who.home}).ended, {
      stdout: `GNOCCHI UNKNOWN - gnocchictl needs Node 24 or newer; this is ${oldVersion} (${path}); try: https://nodejs.org/en/download\n`,
      stderr: '',
      code: 3,
    })
  },
)
