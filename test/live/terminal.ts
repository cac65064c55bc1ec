// A real terminal: tmux, of which the tests type the keys and see the screen.
import {execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'

import {program, type Person} from './person.ts'
import {assertNoSecretIn} from './secrets.ts'

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

export class Terminal {
  readonly #socket: string
  readonly #env: Record<string, string>
  readonly #person: Person

  private constructor(person: Person) {
    this.#person = person
    this.#socket = person.path('tmux.sock')
    this.#env = {PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', HOME: person.home, TERM: 'xterm-256color'}
  }

  /** Starts gnocchictl on a terminal of 100 columns and `rows` lines. What it writes is kept in `typescript`. */
  static start(
    person: Person,
    args: string[],
    {rows = 40, env = {}, command}: {rows?: number; env?: Record<string, string>; command?: string[]} = {},
  ): Terminal {
    const terminal = new Terminal(person)
    person.onLeave(() => terminal.#close())
    const variables = Object.entries({...person.env, ...env}).map(([name, value]) => `${name}=${quoted(value)}`)
    const words = (command ?? [process.execPath, program, ...args]).map(quoted).join(' ')
    // The shell stays when the program has ended, to tell its exit code.
    const line = `cd ${quoted(person.home)} && env ${variables.join(' ')} ${words}; echo "exit code $?"; sleep 1000`
    terminal.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', '100', '-y', String(rows), line)
    terminal.#tmux('pipe-pane', `cat > ${quoted(person.path('typescript'))}`)
    return terminal
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString()
  }

  /** Types keys: text as it is, or a name such as Enter or C-c. */
  type(...keys: string[]): void {
    this.#tmux('send-keys', ...keys)
  }

  /** Makes the window so large, as people do with the mouse. */
  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** What is on the screen, without the blanks at its end. */
  screen(): string {
    return this.#tmux('capture-pane', '-p').trimEnd()
  }

  /** The same with its colours, as escape sequences. */
  colours(): string {
    return this.#tmux('capture-pane', '-p', '-e')
  }

  /** Resolves with the screen once it holds `text`. */
  async shows(text: string | RegExp, limitSeconds = 20): Promise<string> {
    const deadline = Date.now() + limitSeconds * 1000
    for (;;) {
      const screen = this.screen()
      if (typeof text === 'string' ? screen.includes(text) : text.test(screen)) return screen
      if (Date.now() > deadline) throw new Error(`the screen never showed ${String(text)}:\n${screen}`)
      await sleep(50)
    }
  }

  #close(): void {
    try {
      this.#tmux('kill-server')
    } catch {
      // It has ended by itself.
    }
    const written = readFileSync(this.#person.path('typescript'), 'utf8')
    assertNoSecretIn(written, this.#person.env, ['gnocchictl on a terminal'])
  }
}
