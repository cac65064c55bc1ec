// The root filesystem the lab runs over: built by mmdebstrap, cached, never written to afterwards.
import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import type {Suite} from './ports.ts'
import {LabError, run} from './process.ts'

const packages = [
  'gnocchi-api',
  'gnocchi-metricd',
  'python3-gnocchiclient',
  'keystone',
  'postgresql',
  'python3-psycopg2',
  'ceph-mon',
  'ceph-osd',
  'ceph-common',
  'python3-rados',
  'uwsgi-core',
  'uwsgi-plugin-python3',
  'openssh-server',
  'openssh-sftp-server',
  'dropbear-bin',
  'python3-paramiko',
  'curl',
  'wrk',
  'iproute2',
  'procps',
  'ca-certificates',
]

/** No package may start a server while it is installed, and PostgreSQL needs no cluster of its own. */
const setupHook = `set -e; cd "$1"; mkdir -p usr/sbin etc/postgresql-common
echo 'create_main_cluster = false' > etc/postgresql-common/createcluster.conf
printf '#!/bin/sh\\nexit 101\\n' > usr/sbin/policy-rc.d; chmod 0755 usr/sbin/policy-rc.d`

const options = [
  '--variant=minbase',
  '--dpkgopt=force-unsafe-io',
  ...['man', 'doc', 'locale'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
  '--aptopt=APT::Install-Recommends "false"',
  `--setup-hook=${setupHook}`,
  `--include=${packages.join(',')}`,
]

/** Namespaces of its own: an interrupted build must not leave mounts on the host, nor outlive who asked for it. */
const builder = [
  ...['setpriv', '--pdeathsig', 'KILL'],
  ...['unshare', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child', '--propagation', 'private'],
]

interface BuildOptions {
  fresh: boolean
  signal?: AbortSignal | undefined
}

const cacheDir = () => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'gnocchictl')

/** Where the filesystem of this suite is, or will be: a change of the recipe is another folder. */
export function rootfsPath(suite: Suite): string {
  const recipe = createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 12)
  return join(cacheDir(), `rootfs-${suite}-${recipe}`)
}

/** Builds under another name and renames at the end, so what carries the name is complete. With `fresh` it takes the
 * place of the one that is there, over which no lab may run. */
export async function buildRootfs(suite: Suite, {fresh, signal}: BuildOptions): Promise<void> {
  const path = rootfsPath(suite)
  const building = `${path}.building-${process.pid}`
  mkdirSync(cacheDir(), {recursive: true, mode: 0o700})
  removeAbandoned()
  try {
    const command = [...builder, 'mmdebstrap', ...options, ...(await aptSettings()), suite, building, ...sources(suite)]
    const {stderr, code} = await run(command, {signal})
    if (code !== 0) throw new LabError(`mmdebstrap failed:\n${stderr.trimEnd().split('\n').slice(-20).join('\n')}`, 1)
    if (fresh) rmSync(path, {recursive: true, force: true})
    if (!existsSync(path)) renameSync(building, path) // another `up` may have been quicker
  } finally {
    rmSync(building, {recursive: true, force: true})
  }
}

/** Half-built folders whose builder no longer runs. */
function removeAbandoned(): void {
  for (const name of readdirSync(cacheDir())) {
    const pid = /\.building-(\d+)$/.exec(name)?.[1]
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(join(cacheDir(), name), {recursive: true, force: true})
  }
}

/** How the host's apt reaches its mirror (proxy, certificates, frozen mirrors), as mmdebstrap options. */
async function aptSettings(): Promise<string[]> {
  const {stdout} = await run(['apt-config', 'dump', '--no-empty'])
  const wanted = /^Acquire::(https?::|Check-|Retries|ForceIPv|Queue-Mode).* ".+";$/i
  return stdout
    .split('\n')
    .filter((line) => wanted.test(line))
    .map((line) => `--aptopt=${line}`)
}

/** The suite and its security updates, from the mirrors the host itself uses when they are Debian's. */
function sources(suite: Suite): string[] {
  const uris = hostMirrors()
  const main = uris.find((uri) => /\/debian\/?$/.test(uri)) ?? 'http://deb.debian.org/debian'
  const security = uris.find((uri) => /debian-security\/?$/.test(uri)) ?? 'http://deb.debian.org/debian-security'
  return [`deb ${main} ${suite} main`, `deb ${security} ${suite}-security main`]
}

/** The addresses in sources.list and sources.list.d, in both of apt's formats. */
function hostMirrors(): string[] {
  const folder = '/etc/apt/sources.list.d'
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []),
  ]
  const lines = files
    .filter((file) => /\.(list|sources)$/.test(file) && existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  return lines
    .filter((line) => /^(deb |URIs:)/.test(line))
    .flatMap((line) => line.split(/\s+/).filter((word) => /^https?:/.test(word)))
}
