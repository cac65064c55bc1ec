// `measures import` where servers, pipes and people do not behave.
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {closeSync, openSync, writeSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {describe, test} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiOf, labOf, openrc, stored, unique} from './lab.ts'
import {person} from './person.ts'

for (const suite of suites)
  describe(suite, () => {
    const lab = labOf(suite)
    const gnocchi = gnocchiOf(lab, 'alice')

    test(`${suite}: what comes by a pipe is there soon, though no more comes, and a signal ends the wait`, async (t) => {
      const resource = unique('live-import')
      t.after(() => gnocchi('DELETE', `v1/resource/generic/${resource}`).then(() => undefined))
      const alice = person(t, openrc(lab, lab.users.alice))
      const pipe = alice.path('pipe')
      execFileSync('mkfifo', [pipe])
      const importing = alice.start(['measures', 'import', 'pipe', '--create', '--archive-policy', 'low'])
      const writer = openSync(pipe, 'w')
      writeSync(writer, `${resource}/m,2026-11-20T00:00:00Z,1\n${resource}/m,2026-11-20T00:00:01Z,1\n`)
      const count = async (): Promise<number> => {
        const {status, body} = await gnocchi('GET', `v1/resource/generic/${resource}/metric/m`)
        const points = status === 200 ? await stored(gnocchi, (body as {id: string}).id, 'count', 300) : []
        return points[0]?.[2] ?? 0
      }
      while ((await count()) < 2 && importing.child.exitCode === null) await sleep(50)
      const {stderr, code} = await importing.end('SIGTERM')
      closeSync(writer)
      assert.match(
        stderr,
        /^2 measures of 1 metric sent in [\d.]+ s \([\d.]+\/s\)\nerror: pipe: stopped before its end\n$/,
      )
      assert.equal(code, 130)
    })
  })
