import assert from 'node:assert/strict'
import {test} from 'node:test'

import {pythonIso} from '../../../../src/lib/instant.ts'
import {timeTexts} from '../../../../src/lib/render/measures.ts'
import {setEnv} from '../../servers.ts'

for (const zone of [
  'UTC',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Africa/Monrovia',
])
  test(`times of ${zone} in any order are written as each of them alone`, (t) => {
    setEnv(t, {TZ: zone})
    // Clocks change in Europe, at Lord Howe by half an hour, and in Monrovia in the middle of a minute.
    const changes = ['2026-03-29T01:00:00Z', '2026-04-04T15:00:00Z', '2026-11-01T06:30:00Z', '1972-01-07T00:44:30Z']
    for (const utc of [false, true]) {
      const timeText = timeTexts(utc)
      for (const change of [...changes, '2026-11-24T10:00:00Z'])
        for (const step of [1000, 1500, 60_000, 1_800_000, 3_600_000, 86_400_000])
          for (let n = -60; n < 60; n++) {
            const at = new Date(Date.parse(change) + n * step)
            assert.equal(timeText(at), pythonIso(at, utc))
          }
    }
  })
