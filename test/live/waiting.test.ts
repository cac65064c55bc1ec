// What people see while a command waits: servers here are silent until they are told to end.
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type AddressInfo, type Socket} from 'node:net'
import {test, type TestContext} from 'node:test'

import {person} from './person.ts'
import {Terminal} from './terminal.ts'
import {missing} from './tools.ts'

/** A server that takes connections, says nothing, and cuts them all in the end. */
async function silent(t: TestContext): Promise<{port: number; cut: () => void}> {
  const sockets: Socket[] = []
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const cut = () => {
    server.close()
    sockets.forEach((socket) => socket.destroy())
  }
  t.after(cut)
  return {port: (server.address() as AddressInfo).port, cut}
}

const skip = await missing('tmux')
const metric = '00000000-0000-4000-8000-000000000001'

for (const [words, line, code] of [
  ['waiting for Gnocchi', ['metric', 'delete', metric, 'web-1/memory.usage'], 4],
  ['waiting for Gnocchi', ['measures', 'export', metric], 4],
  ['reading the measures of 1 host', ['consume', '--report', 'report.html'], 4],
  ['trying 1 host', ['hosts', 'check'], 5],
] as const)
  test(
    `on a terminal, ${line.slice(0, 2).join(' ')} tells what it waits for, and leaves nothing of it`,
    {skip},
    async (t) => {
      const {port, cut} = await silent(t)
      const someone = person(t, {OS_AUTH_TYPE: 'gnocchi-basic', OS_ENDPOINT_OVERRIDE: `http://127.0.0.1:${port}`})
      someone.hostsFile([{ip: '127.0.0.1', name: 'web-1', port, user: 'root', password: 'x', metric}])
      const terminal = Terminal.start(someone, [...line])
      await terminal.shows(new RegExp(`^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] ${words} … \\d+ s`, 'm'), 60)
      cut()
      const screen = await terminal.shows(`exit code ${code}`, 60)
      assert.doesNotMatch(screen, /…/)
    },
  )
