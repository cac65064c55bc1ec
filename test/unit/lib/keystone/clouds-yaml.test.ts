import assert from 'node:assert/strict'
import {mkdirSync, realpathSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {readCloudsYaml} from '../../../../src/lib/keystone/clouds-yaml.ts'
import {setEnv, setHome, tempFolder} from '../../servers.ts'

const write = (file: string, text: string): string => {
  mkdirSync(dirname(file), {recursive: true})
  writeFileSync(file, text)
  return file
}

/** An empty home and an empty working folder. */
function places(t: TestContext): {home: string; cwd: string} {
  const home = setHome(t)
  const before = process.cwd()
  const cwd = realpathSync(tempFolder(t))
  process.chdir(cwd)
  t.after(() => process.chdir(before))
  return {home, cwd}
}

const cloud = (text: string) => `clouds:\n  lab:\n    ${text.replaceAll('\n', '\n    ')}\n`

/** The values alone, by option. */
const valuesOf = (t: TestContext, text: string): Record<string, string> => {
  const {cwd} = places(t)
  write(join(cwd, 'clouds.yaml'), cloud(text))
  return Object.fromEntries(Object.entries(readCloudsYaml('lab', {})).map(([name, {value}]) => [name, value]))
}

test('a cloud is read with the place of each value', (t) => {
  const {cwd} = places(t)
  const file = write(
    join(cwd, 'clouds.yaml'),
    cloud('auth:\n  auth_url: http://controller:5000\n  username: ada\n  password: 1234\nregion_name: RegionOne'),
  )
  const from = (path: string) => `${path} in cloud "lab" of ${file}`
  assert.deepEqual(readCloudsYaml('lab', {}), {
    'os-auth-url': {value: 'http://controller:5000', from: from('auth.auth_url')},
    'os-username': {value: 'ada', from: from('auth.username')},
    'os-password': {value: '1234', from: from('auth.password')},
    'os-region-name': {value: 'RegionOne', from: from('region_name')},
  })
})

for (const [name, text, values] of [
  [
    'older names are understood',
    'auth:\n  user_name: ada\n  tenant_name: p',
    {'os-username': 'ada', 'os-project-name': 'p'},
  ],
  ['verify: false is insecure', 'verify: false', {insecure: 'true'}],
  ['verify: true is not', 'verify: true', {}],
  ['the first of the regions', 'regions: [north, south]', {'os-region-name': 'north'}],
  ['the first of the regions, with values', 'regions:\n- name: north\n  values: {}', {'os-region-name': 'north'}],
  ['region_name outranks regions', 'region_name: south\nregions: [north]', {'os-region-name': 'south'}],
  ['what stands for nothing is left out', 'auth:\n  username: null', {}],
  ['what gnocchictl does not use is left out', 'compute_api_version: 2\nnetworks: [{name: a}]', {}],
] as const)
  test(name, (t) => assert.deepEqual(valuesOf(t, text), values))

test('anchors and merge keys work', (t) => {
  const {cwd} = places(t)
  write(
    join(cwd, 'clouds.yaml'),
    'clouds:\n  base: &base\n    region_name: RegionOne\n  lab:\n    <<: *base\n    interface: internal\n',
  )
  const values = Object.values(readCloudsYaml('lab', {})).map(({value}) => value)
  assert.deepEqual(values, ['RegionOne', 'internal'])
})

test('secure.yaml adds to a cloud and outranks it, key by key', (t) => {
  const {cwd, home} = places(t)
  write(join(cwd, 'clouds.yaml'), cloud('auth:\n  username: ada\n  password: in-clouds'))
  write(join(home, '.config/openstack/secure.yaml'), cloud('auth:\n  password: in-secure'))
  const settings = readCloudsYaml('lab', {})
  assert.equal(settings['os-username']?.value, 'ada')
  assert.equal(settings['os-password']?.value, 'in-secure')
})

test('secure.yaml may be named by a variable', (t) => {
  const {cwd, home} = places(t)
  write(join(cwd, 'clouds.yaml'), cloud('auth: {username: ada}'))
  const secure = write(join(home, 'elsewhere.yaml'), cloud('auth: {password: in-secure}'))
  const settings = readCloudsYaml('lab', {OS_CLIENT_SECURE_FILE: secure})
  assert.equal(settings['os-password']?.value, 'in-secure')
})

for (const key of ['profile', 'cloud'])
  test(`${key}: a vendor's profile gives what the cloud does not`, (t) => {
    const {cwd} = places(t)
    write(join(cwd, 'clouds.yaml'), cloud(`${key}: vendor\nauth: {username: ada}\nregion_name: own`))
    write(
      join(cwd, 'clouds-public.yaml'),
      'public-clouds:\n  vendor:\n    auth: {auth_url: "http://vendor:5000"}\n    region_name: theirs\n',
    )
    const settings = readCloudsYaml('lab', {})
    assert.deepEqual(
      [settings['os-auth-url']?.value, settings['os-username']?.value, settings['os-region-name']?.value],
      ['http://vendor:5000', 'ada', 'own'],
    )
  })

test('the first file of the search order is the one', (t) => {
  const {cwd, home} = places(t)
  const xdg = join(home, 'xdg')
  setEnv(t, {XDG_CONFIG_HOME: xdg})
  const found: (string | undefined)[] = []
  const look = (env: NodeJS.ProcessEnv = {}) => found.push(readCloudsYaml('lab', env)['os-username']?.value)
  const place = (file: string) => write(file, cloud(`auth: {username: ${file}}`))
  const order = [
    join(home, '.config/openstack/clouds.json'),
    join(home, '.config/openstack/clouds.yaml'),
    join(xdg, 'openstack/clouds.yaml'),
    join(cwd, 'clouds.yml'),
    join(cwd, 'clouds.yaml'),
  ]
  for (const file of order) {
    place(file)
    look()
  }
  const named = place(join(home, 'named.yaml'))
  look({OS_CLIENT_CONFIG_FILE: named})
  look({OS_CLIENT_CONFIG_FILE: join(home, 'missing.yaml')})
  assert.deepEqual(found, [...order, named, order.at(-1)])
})

test('no file at all', (t) => {
  const {cwd, home} = places(t)
  assert.throws(
    () => readCloudsYaml('lab', {}),
    (error: Error & {suggestions: string[]}) => {
      assert.equal(error.message, 'there is no clouds.yaml to find the cloud "lab" in')
      assert.ok(error.suggestions[0]!.startsWith(`looked for ${join(cwd, 'clouds.yaml')}, ${join(cwd, 'clouds.yml')}`))
      assert.ok(error.suggestions[0]!.includes(join(home, '.config/openstack/clouds.yaml')))
      return true
    },
  )
})

for (const [name, text, message, suggestions] of [
  [
    'a mistyped cloud',
    'clouds:\n  lba: {}\n  production: {}\n',
    'FILE has no cloud "lab"; did you mean "lba"?',
    ['it has lba, production'],
  ],
  ['no clouds', 'lab: {}\n', 'FILE has no cloud "lab"', ['it has none: its clouds stand under the key "clouds"']],
  ['a list', '- lab\n', 'FILE: expected a key "clouds" with a section for each cloud', []],
  ['an empty file', '', 'FILE: expected a key "clouds" with a section for each cloud', []],
  [
    'a list of users',
    cloud('auth: {username: [a, b]}'),
    'cloud "lab" of FILE: auth.username is not a single value',
    [],
  ],
  ['a profile that is nowhere', cloud('profile: vendor'), 'no clouds-public.yaml has the profile "vendor"', undefined],
  ['bad YAML', cloud('auth:\n  password: "hunter2'), 'FILE:5:1 is not YAML: missing char', []],
  ['a key twice', 'clouds:\n  lab: {password: hunter2}\n  lab: {}\n', 'FILE:3:3 is not YAML: duplicate key', []],
  ['a tab', 'clouds:\n\tlab: hunter2\n', 'FILE:2:1 is not YAML: tab as indent', []],
] as const)
  test(`${name}: exact words, and never a password`, (t) => {
    const {cwd} = places(t)
    const file = write(join(cwd, 'clouds.yaml'), text)
    assert.throws(
      () => readCloudsYaml('lab', {}),
      (error: Error & {suggestions: string[]; exitCode: number}) => {
        assert.equal(error.message, message.replace('FILE', file))
        assert.equal(error.exitCode, 2)
        if (suggestions) assert.deepEqual(error.suggestions, suggestions)
        assert.doesNotMatch(`${error.message}${error.suggestions.join('')}`, /hunter2/)
        return true
      },
    )
  })
