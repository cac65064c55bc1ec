import type {Cloud} from '../keystone/cloud.ts'
import {projectOf, whoOf} from '../keystone/options.ts'
import type {Examination} from './examination.ts'
import type {Finding} from './check.ts'

/** Which cloud is meant, as whom, and where that stands. */
function inWords({type, settings}: Cloud): string {
  const who = whoOf(settings)
  const project = projectOf(settings)
  const where = settings['os-auth-url'] ?? settings['os-endpoint-override']
  const words = [
    type,
    who && `as ${who.value}`,
    project && `in project ${project.value}`,
    where && `at ${where.value} (${where.from})`,
  ]
  return words.filter(Boolean).join(' ')
}

export async function cloud(examination: Examination): Promise<Finding[]> {
  const found = await examination.cloud()
  const {settings, tls} = found
  const findings: Finding[] = [{verdict: 'ok', what: inWords(found)}]
  if (tls.insecure)
    findings.push({
      verdict: 'warning',
      what: `certificates are not checked (${settings.insecure?.from}): anyone in between can read and change everything`,
      mend: 'name the authority instead: --os-cacert FILE',
    })
  if (settings['os-password']?.from === '--os-password')
    findings.push({
      verdict: 'warning',
      what: 'the password stands on the command line, where everyone on the machine can read it',
      mend: 'export OS_PASSWORD, or keep it in secure.yaml',
    })
  return findings
}

export async function keystone(examination: Examination): Promise<Finding> {
  const {method} = await examination.needs('cloud', examination.cloud())
  if (method.kind !== 'keystone') return {verdict: 'skipped', what: 'this way to authenticate asks no Keystone'}
  const {milliseconds} = await examination.login()
  return {verdict: 'ok', what: `lets us in, in ${milliseconds.toFixed(0)} ms`}
}

/** More than this and samples are put into the wrong period. */
const tolerableSeconds = 5

export async function clock(examination: Examination): Promise<Finding> {
  const {method} = await examination.needs('cloud', examination.cloud())
  if (method.kind !== 'keystone') return {verdict: 'skipped', what: 'there is no Keystone to compare with'}
  await examination.needs('keystone', examination.login())
  const ahead = (await examination.connection()).session.clockAheadSeconds()
  if (Math.abs(ahead) <= tolerableSeconds) return {verdict: 'ok', what: "agrees with Keystone's"}
  return {
    verdict: 'wrong',
    what: `this machine's is ${Math.abs(ahead).toFixed(0)} s ${ahead > 0 ? 'ahead of' : 'behind'} Keystone's: ${ahead > 0 ? 'a measure from the future blocks its metric' : 'samples are put into the past'}`,
    mend: 'timedatectl set-ntp true',
  }
}

export async function catalogue(examination: Examination): Promise<Finding> {
  const endpoint = await examination.endpoint()
  const {settings} = await examination.cloud()
  const from = settings['os-endpoint-override']?.from
  return {verdict: 'ok', what: `Gnocchi is at ${endpoint}${from === undefined ? '' : ` (${from})`}`}
}

/** What the live tests run on (4.4, 4.6 and 4.7), and what lies between: no Debian that they could use has 4.5. */
const tested = {from: [4, 4], to: [4, 7]} as const

export async function gnocchi(examination: Examination): Promise<Finding> {
  const {build} = await examination.gnocchi()
  const [major = NaN, minor = NaN] = build.split('.').map(Number)
  const number = major * 1000 + minor
  const bound = ([first, second]: readonly [number, number]) => first * 1000 + second
  if (number >= bound(tested.from) && number <= bound(tested.to))
    return {verdict: 'ok', what: `version ${build} answers`}
  return {
    verdict: 'warning',
    what: `version ${build || 'unknown'} answers; gnocchictl is made for ${tested.from.join('.')} to ${tested.to.join('.')}`,
  }
}
