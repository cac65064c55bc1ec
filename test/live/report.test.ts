// The page of `consume --report`, opened in a real browser: Debian's Chromium without a window.
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {pathToFileURL} from 'node:url'

import puppeteer, {type Page} from 'puppeteer-core'

import {gnocchiAs, labOf, openrc, unique} from './lab.ts'
import {person} from './person.ts'
import {missing} from './tools.ts'

const skip = await missing('chromium-headless-shell')

const lab = labOf()

interface Opened {
  page: Page
  /** What the browser complained of, and what it asked for beside the page itself. */
  complaints: string[]
  requests: string[]
}

async function openInBrowser(t: TestContext, file: string): Promise<Opened> {
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  t.after(() => browser.close())
  const page = await browser.newPage()
  const [complaints, requests]: string[][] = [[], []]
  page.on('console', (message) => complaints!.push(message.text()))
  page.on('pageerror', (error) => complaints!.push(String(error)))
  page.on('dialog', (dialog) => {
    complaints!.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  const url = pathToFileURL(file).href
  page.on('request', (request) => {
    if (request.url() !== url && request.url() !== 'data:,') requests!.push(request.url())
  })
  await page.setViewport({width: 1000, height: 900})
  await page.goto(url)
  return {page, complaints: complaints!, requests: requests!}
}

/** What the first chart shows, in Unix seconds. */
async function shown(page: Page): Promise<[number, number]> {
  return (await page.evaluate("['from', 'to'].map((end) => Number(document.querySelector('#chart-0').dataset[end]))")) as [number, number] // prettier-ignore
}

/** The texts of all elements that a selector finds. */
const texts = (page: Page, selector: string) =>
  page.evaluate(`Array.from(document.querySelectorAll('${selector}'), ({textContent}) => textContent)`)

/** Resolves when what it shows begins there, or no longer does. */
const begins = (page: Page, from: number, there: boolean) =>
  page.waitForFunction(`(Number(document.querySelector('#chart-0').dataset.from) === ${from}) === ${there}`)

/** Pixels of a chart that are not blank. */
const inked = (page: Page, chart: string): Promise<number> =>
  page.$eval(`${chart} canvas`, (element) => {
    const canvas = element as unknown as {
      width: number
      height: number
      getContext(kind: '2d'): {getImageData(x: number, y: number, w: number, h: number): {data: Uint8ClampedArray}}
    }
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    return data.filter((value, index) => index % 4 === 3 && value > 0).length
  })

test('a report opens in a browser without a complaint or a request, draws, zooms and resets', {skip}, async (t) => {
  const alice = person(t, openrc(lab, lab.users.alice))
  // Names that would break out of the page.
  const hosts = [`${unique('live-web')}<script>alert(1)<!--"&amp;'`, unique('live-db'), unique('live-fresh')]
  alice.hostsFile(hosts.map((name, index) => ({ip: `10.0.0.${index + 1}`, name})))
  const created = await alice.cli(['metrics', 'create'])
  assert.equal(created.code, 0, created.stderr)
  const gnocchi = await gnocchiAs(lab, lab.users.alice)
  const now = Math.floor(Date.now() / 60_000) * 60_000
  for (const name of hosts.slice(0, 2)) {
    const measures = Array.from({length: 90}, (_, n) => ({
      timestamp: new Date(now - Math.floor(n / 3) * 60_000 + (n % 3) * 1000).toISOString(),
      value: 50 + 20 * Math.sin(n / 15) + (n % 3),
    }))
    const metric = alice.metrics()[name]!
    await gnocchi('POST', `v1/metric/${metric}/measures`, measures)
    await gnocchi('GET', `v1/metric/${metric}/measures?refresh=true`)
  }
  const {stdout, stderr, code} = await alice.cli(['consume', '--report', 'report.html', '--threshold', '80'])
  assert.deepEqual({stdout, code}, {stdout: '', code: 0})
  assert.match(stderr, /^live-fresh-\w+: no measure has been sent yet; start: gnocchictl produce\nwrote report\.html: [\d.]+ [KM]iB\n$/) // prettier-ignore

  const {page, complaints, requests} = await openInBrowser(t, alice.path('report.html'))
  assert.deepEqual(await texts(page, 'h1'), ['memory.usage, mean per minute'])
  assert.deepEqual(await texts(page, 'h2'), ['All hosts', ...hosts.slice(0, 2)])
  assert.equal((await page.$$('.summary tbody tr')).length, 3)
  assert.equal((await page.$$('.summary svg polyline')).length, 2)
  for (const chart of ['#chart-0', '#chart-1', '#chart-2']) {
    const pixels = await inked(page, chart)
    assert.ok(pixels > 1000, `${chart} has ${pixels} pixels`)
  }

  const whole = await shown(page)
  const box = (await (await page.$('#chart-0 .u-over'))!.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.25, box.y + 50)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.75, box.y + 60, {steps: 5})
  await page.mouse.up()
  await begins(page, whole[0], false)
  const zoomed = await shown(page)
  const share = (zoomed[1] - zoomed[0]) / (whole[1] - whole[0])
  assert.ok(share > 0.4 && share < 0.6, `half of it is shown, not ${share}`)
  await page.mouse.click(box.x + box.width / 2, box.y + 50, {count: 2})
  await begins(page, whole[0], true)
  assert.deepEqual(await shown(page), whole)

  const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
  const light = await background()
  await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: 'dark'}])
  assert.notEqual(await background(), light)
  await page.emulateMediaType('print')
  assert.equal(await background(), light, 'on paper it is light')
  assert.deepEqual({complaints, requests}, {complaints: [], requests: []})
})

test('a report of nothing says so, and - is stdout', {skip}, async (t) => {
  const alice = person(t, openrc(lab, lab.users.alice))
  alice.hostsFile([{ip: '10.0.0.1', name: unique('live-fresh')}])
  await alice.cli(['metrics', 'create'])
  const {stdout, code} = await alice.cli(['consume', '--report', '-'])
  assert.equal(code, 0)
  const {page, complaints} = await openInBrowser(t, alice.write('nothing.html', stdout))
  assert.deepEqual(await texts(page, '.note'), ['no measure has been sent yet; start: gnocchictl produce'])
  assert.deepEqual(complaints, [])
})
