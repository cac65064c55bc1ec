// Runs one of the project's scripts straight after a clone: with Node 24 (fetched from the npm registry where the
// machine's own is older), the packages installed and the program built. Plain JavaScript that Node 18 can read.
//
//   node tools/with-node.mjs [--no-build] SCRIPT [ARGUMENT…]
import {spawn, spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {delimiter, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const nodeVersion = '24.21.0'
const root = fileURLToPath(new URL('..', import.meta.url))
const wanted = process.argv.slice(2)

if (Number(process.versions.node.split('.')[0]) >= 24) {
  installPackages()
  const [first, ...rest] = wanted
  const script = first === '--no-build' ? rest : wanted
  if (first !== '--no-build') buildWhatIsMissing()
  run(process.execPath, script)
} else {
  const node = fetchNode()
  process.env.PATH = dirname(node) + delimiter + process.env.PATH
  run(node, [fileURLToPath(import.meta.url), ...wanted])
}

/** The registry has the binaries of Node as packages; the folder gets its name last, so that half a download is none. */
function fetchNode() {
  const platform = {linux: 'linux', darwin: 'darwin', win32: 'win'}[process.platform]
  const name = `node-${platform}-${process.arch}`
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gnocchictl')
  const folder = join(cache, `${name}-${nodeVersion}`)
  const node = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(node)) return node
  say(`this is Node ${process.version}; fetching Node ${nodeVersion} from the npm registry`)
  const temporary = `${folder}.${process.pid}`
  mkdirSync(temporary, {recursive: true})
  npm([
    'install',
    '--prefix',
    temporary,
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    `${name}@${nodeVersion}`,
  ])
  rmSync(folder, {recursive: true, force: true})
  renameSync(temporary, folder)
  return node
}

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const mark = join(root, 'node_modules', '.installed-lock')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return
  say('installing packages')
  npm(['ci'])
  writeFileSync(mark, lock)
}

function buildWhatIsMissing() {
  const built = join(root, 'dist', 'main.cjs')
  const sources = [...walk(join(root, 'src')), join(root, 'tools', 'build.ts'), join(root, 'package.json')]
  if (existsSync(built) && sources.every((file) => statSync(file).mtimeMs <= statSync(built).mtimeMs)) return
  say('building')
  must(process.execPath, [join(root, 'tools', 'build.ts')])
}

function walk(folder) {
  return readdirSync(folder, {withFileTypes: true}).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
  )
}

function npm(args) {
  must('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund'])
}

function must(command, args) {
  const {status, error} = spawnSync(command, args, {cwd: root, stdio: ['ignore', 2, 2]})
  if (status === 0) return
  console.error(`error: ${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
  process.exit(1)
}

function run(command, args) {
  const child = spawn(command, args, {cwd: root, stdio: 'inherit'})
  // A terminal sends SIGINT to both; one sent to this process alone must reach the child too.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
}

function say(words) {
  console.error(`gnocchictl: ${words}`)
}
