// The way to Gnocchi: a fault proxy before the real one.
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'

import {unique} from '../live/lab.ts'
import {certificates} from './certificates.ts'
import {assertAllStored, endedWell, kept, printed, printsMore, randomly, samplesIn, says, well} from './evidence.ts'
import {proxy, targetOf, type Mode} from './proxy.ts'
import {setting} from './setting.ts'

const {lab, gnocchi, producer, throughProxy} = await setting()

const canned = (status: number, description: string): Mode => ({
  status,
  body: JSON.stringify({code: status, title: 'canned', description}),
})
const html = (status: number, title: string): Mode => ({
  status,
  type: 'text/html',
  body: `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
})

/** What is said is exact, but for the proxy's address, URL. */
const outages: [name: string, fault: Mode, said: string][] = [
  ['refuses connections', 'refuse', 'POST /v1/batch/metrics/measures at URL: connection refused'],
  [
    'resets in the middle of the request',
    'reset-request',
    'POST /v1/batch/metrics/measures at URL: the connection was closed before an answer came',
  ],
  [
    'resets in the middle of the answer',
    'reset-answer',
    'POST /v1/batch/metrics/measures at URL: the connection was closed before an answer came',
  ],
  ['is a black hole', 'black-hole', 'POST /v1/batch/metrics/measures at URL: no answer within 30 s'],
  ['is silent after the request', 'silence', 'POST /v1/batch/metrics/measures at URL: no answer within 30 s'],
  ['answers 401', canned(401, 'Unauthorized'), 'Unauthorized (HTTP 401)'],
  ['answers 400 with a page', html(400, 'Bad Request'), 'POST /v1/batch/metrics/measures answered 400: Bad Request'],
  ['answers 403 with a page', html(403, 'Forbidden'), 'POST /v1/batch/metrics/measures answered 403: Forbidden'],
  ['answers 404', canned(404, 'no such thing'), 'no such thing (HTTP 404)'],
  ['answers 409', canned(409, 'busy'), 'busy (HTTP 409)'],
  ['answers 500', canned(500, 'sorry'), 'POST /v1/batch/metrics/measures answered 500: sorry'],
  [
    'answers 502 with a page',
    html(502, '502 Bad Gateway'),
    'POST /v1/batch/metrics/measures answered 502: 502 Bad Gateway',
  ],
  ['answers 503', canned(503, 'later'), 'POST /v1/batch/metrics/measures answered 503: later'],
  ['answers 504 with a page', html(504, 'Time-out'), 'POST /v1/batch/metrics/measures answered 504: Time-out'],
]

describe('between gnocchictl and Gnocchi', {concurrency: 6}, () => {
  for (const [name, fault, words] of outages)
    test(`the way ${name}: said once, samples kept, then all sent once and in order`, async (t) => {
      const {way, url, alice} = await throughProxy(t)
      const producing = alice.start(randomly)
      await producing.says(printed(6))
      await way.set(fault)
      await producing.says(kept, 45)
      await producing.says(printsMore(producing, 6))
      await way.set('pass')
      await producing.says(well, 45)
      const {stdout, said} = await endedWell(producing)
      assert.deepEqual(said.slice(0, -1), [
        `${words.replace('URL', url)}; samples are kept in SPOOL until they can be sent`,
        'Gnocchi takes measures again; all that was kept is sent',
      ])
      await assertAllStored(gnocchi, stdout, 12)
    })

  // In Gnocchi's own words a 400 or 403 is about the metrics, and waiting would not help.
  for (const [name, fault, reason] of [
    ['400', canned(400, 'no'), 'no (HTTP 400)'],
    ['403', canned(403, ''), 'canned (HTTP 403): POST /v1/batch/metrics/measures'],
  ] as const)
    test(`the way answers ${name} to all: samples are set aside with the reason, and the next run sends them`, async (t) => {
      const {way, alice} = await throughProxy(t)
      const producing = alice.start(randomly)
      await producing.says(printed(6))
      await way.set(fault)
      await producing.says(says(/(?:was refused[^\n]*\n[^]*){3}/))
      await way.set('pass')
      await producing.says(printsMore(producing, 6))
      const first = await producing.end('SIGTERM')
      assert.match(first.stderr, /\d sampled, \d+ sent, \d+ set aside\n$/)
      assert.ok(first.stderr.includes(`was refused: ${reason}; `), first.stderr)
      const second = await alice.cli([...randomly, '--count', '1'])
      assert.equal(second.code, 0, second.stderr)
      await assertAllStored(gnocchi, first.stdout + second.stdout, 12)
    })

  test('the way carries 600 bytes a second: a backlog takes its time, and nothing is cut off', async (t) => {
    const {way, alice} = await throughProxy(t)
    await way.set({bytesPerSecond: 600})
    const producing = alice.start(randomly)
    await producing.says(printed(30))
    const {stdout, said} = await endedWell(producing)
    assert.equal(said.length, 1, said.join('\n'))
    await assertAllStored(gnocchi, stdout, 30)
  })

  test('the way is too slow for a backlog at once: it goes in smaller batches, and all of it is sent', async (t) => {
    const hosts = Array.from({length: 60}, (_, n) => ({ip: `10.0.1.${n}`, name: unique('slow')}))
    const {way, alice} = await throughProxy(t, {hosts})
    await way.set('refuse')
    const first = await alice.cli([...randomly, '--count', '10'])
    assert.match(first.stderr, /600 kept for the next run/)
    // 600 samples are 37 kB.
    await way.set({bytesPerSecond: 3000})
    const producing = alice.start([
      'produce',
      '--source',
      'random',
      '--interval',
      '1h',
      '-f',
      'ndjson',
      '--timeout',
      '5',
    ])
    await producing.says(well, 60)
    const {said} = await endedWell(producing)
    assert.deepEqual(
      said.filter((line) => line.startsWith('POST')).map((line) => line.replace(/.*: no answer/, 'no answer')),
      ['no answer within 5 s; samples are kept in SPOOL until they can be sent'],
    )
    await assertAllStored(gnocchi, first.stdout, 600)
  })

  test('TLS with an unknown authority is refused, samples are kept, and OS_CACERT mends it', async (t) => {
    const {ca, good} = certificates()
    const way = await proxy(t, targetOf(lab.urls.gnocchi), {certificate: good})
    const url = `https://127.0.0.1:${way.port}`
    const alice = await producer(t)
    const first = await alice.cli([...randomly, '--count', '2'], {env: {OS_ENDPOINT_OVERRIDE: url}})
    assert.equal(
      first.stderr.replace(/kept in \S+ until/, 'kept in SPOOL until'),
      [
        `POST /v1/batch/metrics/measures at ${url}: its certificate is signed by an unknown authority; samples are kept in SPOOL until they can be sent`,
        '2 rounds, 6 sampled, 0 sent, 6 kept for the next run',
        `error: POST /v1/batch/metrics/measures at ${url}: its certificate is signed by an unknown authority`,
        '  try: name the authority that signed it with --os-cacert FILE (OS_CACERT)',
        '',
      ].join('\n'),
    )
    assert.equal(first.code, 4)
    const env = {OS_ENDPOINT_OVERRIDE: url, OS_CACERT: alice.write('ca.pem', ca)}
    const second = await alice.cli([...randomly, '--count', '1'], {env})
    assert.equal(second.code, 0, second.stderr)
    await assertAllStored(gnocchi, first.stdout + second.stdout, 9)
  })

  test('a certificate that expires is refused until it is renewed: then produce, still running, sends all', async (t) => {
    const {ca, good, expired} = certificates()
    const way = await proxy(t, targetOf(lab.urls.gnocchi), {certificate: good})
    const url = `https://127.0.0.1:${way.port}`
    const alice = await producer(t)
    const producing = alice.start(randomly, {env: {OS_ENDPOINT_OVERRIDE: url, OS_CACERT: alice.write('ca.pem', ca)}})
    await producing.says(printed(6))
    way.present(expired)
    way.reset()
    await producing.says(kept)
    await producing.says(printsMore(producing, 6))
    way.present(good)
    await producing.says(well, 45)
    const {stdout, said} = await endedWell(producing)
    assert.equal(
      said[0],
      `POST /v1/batch/metrics/measures at ${url}: its certificate has expired; samples are kept in SPOOL until they can be sent`,
    )
    await assertAllStored(gnocchi, stdout, 12)
  })

  test('a metric that is deleted while produce runs holds back no other, and what is set aside says why', async (t) => {
    const {way, alice} = await throughProxy(t)
    const dead = Object.values(alice.metrics())[1]!
    const producing = alice.start(randomly)
    await producing.says(printed(6))
    // With a backlog, so that the refusal meets more than one sample of each metric.
    await way.set('refuse')
    await producing.says(printsMore(producing, 6))
    assert.equal((await gnocchi('DELETE', `v1/metric/${dead}`)).status, 204)
    await way.set('pass')
    await producing.says(says('was refused: Gnocchi knows no such metric'))
    await producing.says(printsMore(producing, 6))
    const {stdout, stderr, code} = await producing.end('SIGTERM')
    assert.equal(code, 0, stderr)
    assert.match(stderr, /sampled, \d+ sent, \d+ set aside\n$/)
    const others = samplesIn(stdout).filter(({metric}) => metric !== dead)
    await assertAllStored(gnocchi, others.map((sample) => `${JSON.stringify(sample)}\n`).join(''), 10)
  })
})
