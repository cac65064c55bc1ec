// The commonest mistakes: whoever looks for the official client's words finds them.
import assert from 'node:assert/strict'
import {test} from 'node:test'

import pMap from 'p-map'

import {suites} from '../suites.ts'
import {gnocchiAs, openLab, openrc, unique} from './lab.ts'
import {officialClient} from './official.ts'
import {person} from './person.ts'

const nowhere = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'

for (const suite of suites)
  test(`${suite}: what Gnocchi refuses is said in the official client's words, and ends with a failure`, async (t) => {
    const lab = await openLab(suite)
    const gnocchi = await gnocchiAs(lab, lab.users.alice)
    const {body} = await gnocchi('POST', 'v1/metric', {archive_policy_name: 'medium', name: unique('live-errors')})
    const {id} = body as {id: string}
    t.after(() => gnocchi('DELETE', `v1/metric/${id}`))
    const alice = person(t, openrc(lab, lab.users.alice))
    const official = officialClient(lab, lab.users.alice)
    const mistakes = [
      ['metric', 'show', nowhere],
      ['metric', 'create', unique('live-errors'), '-a', 'live-none'],
      ['measures', 'show', nowhere],
      ['measures', 'show', id, '--granularity', '7'],
      ['measures', 'add', nowhere, '-m', '2026-11-24T10:00:00@1'],
      ['archive-policy', 'show', 'live-none'],
      ['archive-policy', 'create', unique('live'), '-d', 'granularity:1m,points:60'],
      ['archive-policy-rule', 'show', 'live-none'],
      ['resource-type', 'show', 'live-none'],
      ['resource', 'list', '-t', 'live-none'],
      ['resource', 'list', '--sort', 'live-none'],
      ['status'],
    ]
    await pMap(
      mistakes,
      async (line) => {
        const [mine, theirs] = await Promise.all([alice.cli(line), official(line)])
        const said = theirs.stderr.trimEnd().split('\n').at(-1)!
        assert.match(said, /\(HTTP 40\d\)$/)
        assert.ok(mine.stderr.startsWith(`error: ${said}`), `${line.join(' ')}: ${mine.stderr}, not ${said}`)
        assert.deepEqual([mine.stdout, mine.code, theirs.code], ['', 4, 1])
      },
      {concurrency: 3},
    )
  })
