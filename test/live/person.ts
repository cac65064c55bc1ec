// Someone at a machine of their own: an empty home folder, and of the environment only what is given.
import {spawn, type ChildProcess} from 'node:child_process'
import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import type {TestContext} from 'node:test'
import {fileURLToPath} from 'node:url'

import {assertNoSecretIn} from './secrets.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const program = join(root, 'bin', 'run.js')

export interface Ended {
  stdout: string
  stderr: string
  /** null when a signal killed it. */
  code: number | null
}

export interface RunOptions {
  env?: Record<string, string>
  input?: string
  cwd?: string
}

type Env = Record<string, string>

/** A program that runs, what it has said so far, and its end. */
export class Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  stdout = ''
  stderr = ''
  #over = false
  #heard: () => void = () => undefined

  constructor(command: string[], options: {env: Env; cwd: string; input?: string | undefined}) {
    const [file, ...args] = command as [string, ...string[]]
    this.child = spawn(file, args, {cwd: options.cwd, env: options.env, stdio: ['pipe', 'pipe', 'pipe']})
    const {stdin, stdout, stderr} = this.child
    stdout!.setEncoding('utf8').on('data', (text: string) => this.#hear(() => (this.stdout += text)))
    stderr!.setEncoding('utf8').on('data', (text: string) => this.#hear(() => (this.stderr += text)))
    stdin!.on('error', () => undefined).end(options.input ?? '')
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject).on('close', (code) => {
        this.#hear(() => (this.#over = true))
        try {
          assertNoSecretIn(this.stdout + this.stderr, options.env, command)
          resolve({stdout: this.stdout, stderr: this.stderr, code})
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      })
    })
  }

  #hear(what: () => void): void {
    what()
    this.#heard()
  }

  /** Resolves when `condition` holds of what it has said; rejects when it ends, or says nothing of it in time. */
  async says(condition: (running: Running) => boolean, limitSeconds = 30): Promise<void> {
    const deadline = Date.now() + limitSeconds * 1000
    while (!condition(this)) {
      if (this.#over || Date.now() > deadline)
        throw new Error(
          `it ${this.#over ? 'ended' : 'ran on'} without that.\nstdout: ${this.stdout}\nstderr: ${this.stderr}`,
        )
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000)
        this.#heard = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal)
    return this.ended
  }
}

export class Person {
  readonly home: string
  readonly env: Env
  readonly #started: Running[] = []
  readonly #closers: (() => void)[] = []

  constructor(home: string, env: Env) {
    this.home = home
    this.env = {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: home,
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_CACHE_HOME: join(home, '.cache'),
      XDG_STATE_HOME: join(home, '.local/state'),
      LANG: 'C.UTF-8',
      ...env,
    }
  }

  /** Starts gnocchictl. */
  start(args: string[], {env = {}, input, cwd = this.home}: RunOptions = {}): Running {
    const running = new Running([process.execPath, program, ...args], {env: {...this.env, ...env}, cwd, input})
    this.#started.push(running)
    return running
  }

  /** Has something ended before the home folder goes. */
  onLeave(close: () => void): void {
    this.#closers.push(close)
  }

  /** Ends what a failed test left running, then takes the home folder away. */
  async leave(): Promise<void> {
    try {
      this.#closers.forEach((close) => close())
    } finally {
      await Promise.allSettled(this.#started.map((running) => running.end('SIGKILL')))
      // What was ended on a terminal may still be writing to its cache.
      rmSync(this.home, {recursive: true, force: true, maxRetries: 10})
    }
  }

  /** Runs gnocchictl to its end. */
  cli(args: string[], options?: RunOptions): Promise<Ended> {
    return this.start(args, options).ended
  }

  path(name: string): string {
    return join(this.home, name)
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  /** Writes a file for this person's eyes only, in the home folder; gives its path. */
  write(name: string, content: string, mode = 0o600): string {
    const path = this.path(name)
    mkdirSync(dirname(path), {recursive: true})
    writeFileSync(path, content, {mode})
    chmodSync(path, mode)
    return path
  }

  /** Writes ./config.json, which is found without being named. */
  hostsFile(hosts: object[], name = 'config.json'): string {
    return this.write(name, `${JSON.stringify({hosts}, null, 2)}\n`)
  }

  /** Metric ids of the hosts file, by name. */
  metrics(name = 'config.json'): Record<string, string> {
    const {hosts} = JSON.parse(this.read(name)) as {hosts: {ip: string; name?: string; metric?: string}[]}
    return Object.fromEntries(hosts.map((host) => [host.name ?? host.ip, host.metric ?? '']))
  }
}

/** A person who is gone, with all they had, when the test is over. */
export function person(t: Pick<TestContext, 'after'>, env: Env = {}): Person {
  const home = mkdtempSync(join(tmpdir(), 'gnocchictl-live-'))
  const someone = new Person(home, env)
  t.after(() => someone.leave())
  return someone
}
