import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import type {HostSeries, Question} from '../../../../src/lib/series/read.ts'
import {reportPage, type PageChart} from '../../../../src/lib/render/report/report.ts'
import {writeReport} from '../../../../src/lib/write-report.ts'
import {tempFolder} from '../../servers.ts'

const question: Question = {method: 'mean', granularitySeconds: 60, last: 9}
const start = Date.parse('2026-11-24T10:00:00Z')
const host = (name: string, values: Record<number, number | null>): HostSeries => ({
  host: name,
  aggregates: Object.entries(values).map(([minute, value]) => ({
    at: new Date(start + Number(minute) * 60_000),
    granularitySeconds: 60,
    value,
  })),
})
const about = {question, now: new Date('2026-11-24T11:00:00.123Z'), name: 'memory.usage', unit: '%', thresholds: [80], version: '1.2.3'} // prettier-ignore
const hostile = `</script><script>alert(1)</script><!--<img src=x onerror="alert('2')">&amp;`

const dataOf = (page: string) =>
  JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!) as {charts: PageChart[]}

test('hostile names of hosts, metrics and units stay text', () => {
  const page = reportPage([host(hostile, {0: 1}), {host: hostile, aggregates: [], note: hostile}], {...about, name: hostile, unit: hostile}) // prettier-ignore
  assert.equal(page.split('<script').length, 3, 'the data and our own script')
  assert.equal(page.split('</script>').length, 3)
  assert.doesNotMatch(page, /<img|<!--/)
  assert.equal(dataOf(page).charts[0]!.lines[0]!.name, hostile)
})

test('the page may run and load nothing but its own script and style', () => {
  const page = reportPage([host('web', {0: 1})], about)
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!
  const sha = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const script = /<script>(.*?)<\/script>/s.exec(page)![1]!
  const style = /<style>(.*?)<\/style>/s.exec(page)![1]!
  assert.equal(
    policy,
    `default-src 'none'; script-src ${sha(script)}; style-src ${sha(style)}; img-src data:; base-uri 'none'; form-action 'none'`,
  )
  assert.doesNotMatch(page.replace(script, '').replace(style, ''), /https?:|url\(| style=| on\w+=/)
})

test('lines have a value or null for each time that any has; a moment without values parts what no host has', () => {
  const page = reportPage([host('web', {0: 1, 1: 2, 5: 3}), host('db', {1: 7, 5: null})], about)
  const [all, web] = dataOf(page).charts as [PageChart, PageChart]
  const at = (minute: number) => start / 1000 + minute * 60
  assert.deepEqual(all.times, [0, 1, 2, 5].map(at))
  assert.deepEqual(all.lines, [{name: 'web', values: [1, 2, null, 3]}, {name: 'db', values: [null, 7, null, null]}]) // prettier-ignore
  assert.deepEqual([web.title, web.times], ['web', [0, 1, 2, 5].map(at)])
  assert.match(page, /<td>web<\/td><td>3 %<\/td><td>1 %<\/td><td>2 %<\/td><td>3 %<\/td>/)
  assert.match(page, /made <time datetime="2026-11-24T11:00:00Z">/)
})

test('a report takes the place of the old one in one step, and leaves nothing beside it', (t) => {
  const folder = tempFolder(t)
  const file = join(folder, 'r.html')
  writeFileSync(file, 'old')
  const before = lstatSync(file).ino
  writeReport(file, 'new')
  assert.deepEqual([readFileSync(file, 'utf8'), readdirSync(folder)], ['new', ['r.html']])
  assert.notEqual(lstatSync(file).ino, before)
  assert.throws(() => writeReport(join(folder, 'none', 'r.html'), ''), {exitCode: 2, message: /^--report: cannot write .*none\/r\.html \(ENOENT\)$/}) // prettier-ignore
  mkdirSync(join(folder, 'dir'))
  assert.throws(() => writeReport(join(folder, 'dir'), ''), {message: /\(EISDIR\)$/})
  assert.ok(!existsSync(`${folder}/dir.${process.pid}.new`))
})
