// What each fault test begins with: the lab, Gnocchi to look into, and somebody whose metrics keep a point a second.
import assert from 'node:assert/strict'
import type {TestContext} from 'node:test'

import {gnocchiAs, openLab, openrc, unique, type Http, type Lab} from '../live/lab.ts'
import {person, type Person} from '../live/person.ts'
import {secondsPolicy} from './evidence.ts'
import {proxy, targetOf, type Proxy} from './proxy.ts'

type Until = Pick<TestContext, 'after'>

interface Who {
  /** Three whose values are random when left out. */
  hosts?: object[]
  /** Beyond what makes one alice. */
  env?: Record<string, string>
}

interface Setting {
  lab: Lab
  /** As alice. */
  gnocchi: Http
  /** Somebody whose hosts have metrics, until the test is over. */
  producer: (t: Until, who?: Who) => Promise<Person>
  /** The same, with a fault proxy on the way to Gnocchi. */
  throughProxy: (t: Until, who?: Who) => Promise<{way: Proxy; url: string; alice: Person}>
}

/** Awaited at the top of a test file, before its first test. */
export async function setting(): Promise<Setting> {
  const lab = await openLab()
  const policy = await secondsPolicy(lab)
  const gnocchi = await gnocchiAs(lab, lab.users.alice)

  const producer: Setting['producer'] = async (t, {hosts, env = {}} = {}) => {
    const who = person(t, {...openrc(lab, lab.users.alice), ...env})
    who.hostsFile(hosts ?? [1, 2, 3].map((n) => ({ip: `10.0.0.${n}`, name: unique(`random${n}`)})))
    const made = await who.cli(['metrics', 'create', '--archive-policy', policy])
    assert.equal(made.code, 0, made.stderr)
    return who
  }
  const throughProxy: Setting['throughProxy'] = async (t, who = {}) => {
    const way = await proxy(t, targetOf(lab.urls.gnocchi))
    const url = `http://127.0.0.1:${way.port}`
    const alice = await producer(t, {...who, env: {...who.env, OS_ENDPOINT_OVERRIDE: url}})
    return {way, url, alice}
  }
  return {lab, gnocchi, producer, throughProxy}
}
