import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {readdirSync, rmSync} from 'node:fs'
import {test, type TestContext} from 'node:test'
import {promisify} from 'node:util'

import {gnocchiAs, labOf, openrc, unique} from './lab.ts'
import {person, program, type Person} from './person.ts'
import {Terminal} from './terminal.ts'
import {missing} from './tools.ts'

const run = promisify(execFile)

const lab = labOf()

/** Someone with gnocchictl on their path, and a resource with two metrics on the server. */
async function typist(t: TestContext, env: Record<string, string> = openrc(lab, lab.users.alice)) {
  const who = person(t, env)
  who.write('bin/gnocchictl', `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, 0o755)
  who.env['PATH'] = `${who.path('bin')}:${who.env['PATH']!}`
  const host = unique('live-completion')
  const gnocchi = await gnocchiAs(lab, lab.users.alice)
  const metric = {archive_policy_name: 'low'}
  await gnocchi('POST', 'v1/resource/generic', {id: host, metrics: {cpu: metric, 'memory.usage': metric}})
  t.after(() => gnocchi('DELETE', `v1/resource/generic/${host}`))
  return {who, host}
}

const indexFolder = (who: Person): string => who.path('.cache/gnocchictl/completion')

/** Presses Tab until there is an index, as the first press begins it in the background, and nothing beside it. */
async function indexed(who: Person): Promise<void> {
  for (const deadline = Date.now() + 30_000; ;) {
    const {stdout, stderr, code} = await who.cli(['__complete', 'fish', 'archive-policy', 'show', 'medi'])
    assert.deepEqual({stderr, code}, {stderr: '', code: 0})
    if (stdout === 'medium\n' && readdirSync(indexFolder(who)).length === 1) return
    assert.ok(Date.now() < deadline, 'there is no index after 30 s')
  }
}

/** What bash would offer at the end of `line`, asked as bash asks. */
async function bash(who: Person, line: string): Promise<{offers: string[]; said: string; ms: number}> {
  const script = `
    source <(gnocchictl completion bash)
    COMP_LINE=$LINE COMP_POINT=\${#LINE}
    start=$(date +%s%N)
    _gnocchictl
    echo $(( ($(date +%s%N) - start) / 1000000 ))
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const {stdout, stderr} = await run('bash', ['--norc', '-c', script], {
    cwd: who.home,
    env: {...who.env, LINE: `gnocchictl ${line}`},
  })
  const [ms, ...offers] = stdout.split('\n')
  return {offers: offers.map((offer) => offer.trimEnd()).filter(Boolean), said: stderr, ms: Number(ms)}
}

test('bash is offered commands, flags, their values, and names of the cloud from an index', async (t) => {
  const {who, host} = await typist(t)
  const said = async (line: string) => (await bash(who, line)).offers.join(' ')
  assert.equal(await said('archive-policy sh'), 'show')
  assert.equal(await said('archive-policy show --form'), '--format')
  assert.equal(await said('archive-policy show --format=js'), 'json')
  const shown = await who.cli(['archive-policy', 'show', 'medium', '-f', 'json'])
  assert.equal(await said('archive-policy show medium -c '), Object.keys(JSON.parse(shown.stdout) as object).join(' '))
  await indexed(who)
  assert.equal(await said('archive-policy show medi'), 'medium')
  assert.match(await said('consume --agg m'), /\bmax mean (\S+ )*min\b/)
  const [index] = readdirSync(indexFolder(who))
  assert.ok(who.read(`.cache/gnocchictl/completion/${index!}`).includes(`"${host}/cpu"`))
})

test('when the cloud cannot be reached, a press of Tab is quick and says nothing', async (t) => {
  const {who} = await typist(t, {OS_AUTH_TYPE: 'gnocchi-basic', OS_ENDPOINT_OVERRIDE: 'http://127.0.0.1:1'})
  for (const wrong of [{}, {OS_AUTH_TYPE: 'nosuch'}, {OS_CLOUD: 'nosuch'}]) {
    Object.assign(who.env, wrong)
    for (let press = 0; press < 2; press++) {
      const {offers, said, ms} = await bash(who, 'archive-policy show ')
      assert.deepEqual({offers, said}, {offers: [], said: ''})
      assert.ok(ms < 2000, `${ms} ms`)
    }
  }
  rmSync(who.path('bin/gnocchictl'))
  who.write('bin/gnocchictl', '#!/bin/sh\necho broken >&2\nexit 1\n', 0o755)
  const script = '_gnocchictl() { :; }; source <(cat "$0"); COMP_LINE="gnocchictl x"; COMP_POINT=12; _gnocchictl'
  const {stdout: source} = await person(t).cli(['completion', 'bash'])
  const {stdout, stderr} = await run('bash', ['--norc', '-c', script, who.write('script', source)], {env: who.env})
  assert.deepEqual({stdout, stderr}, {stdout: '', stderr: ''})
})

test('the answer costs little more than the start of Node', async (t) => {
  const who = person(t)
  const millisecondsOf = async (args: string[]) => {
    const from = performance.now()
    await run(process.execPath, args, {env: who.env, cwd: who.home})
    return performance.now() - from
  }
  let [bare, ours] = [Infinity, Infinity]
  // In turn, and the quickest of each: other tests run meanwhile.
  for (let turn = 0; turn < 10; turn++) {
    bare = Math.min(bare, await millisecondsOf(['-e', '0']))
    ours = Math.min(ours, await millisecondsOf([program, '__complete', 'bash', 'gnocchictl archive-policy ', ':=']))
  }
  assert.ok(ours < bare * 2.5, `${ours.toFixed(0)} ms, a bare node ${bare.toFixed(0)} ms`)
})

const tmux = await missing('tmux')

test('in bash on a terminal, Tab completes a name', {skip: tmux}, async (t) => {
  const {who} = await typist(t)
  who.write('rc', 'PS1="> "; eval "$(gnocchictl completion bash)"; echo ready\n')
  await indexed(who)
  const terminal = Terminal.start(who, [], {command: ['bash', '--rcfile', who.path('rc'), '-i']})
  await terminal.shows('ready')
  terminal.type('gnocchictl archive-policy sh', 'Tab', 'medi', 'Tab', '--format=j', 'Tab', '-c name', 'Enter')
  const screen = await terminal.shows('"name": "medium"')
  assert.ok(screen.includes('> gnocchictl archive-policy show medium --format=json -c name\n'), screen)
})

const noZsh = tmux || (await missing('zsh'))

test('in zsh on a terminal, Tab completes a name and shows what commands are', {skip: noZsh}, async (t) => {
  const {who} = await typist(t)
  who.write(
    '.zshrc',
    'PS1="> "; autoload -U compinit; compinit -u -D; eval "$(gnocchictl completion zsh)"; echo ready\n',
  )
  await indexed(who)
  const terminal = Terminal.start(who, [], {command: ['zsh', '-i'], env: {ZDOTDIR: who.home}})
  await terminal.shows('ready')
  terminal.type('gnocchictl archive-policy ', 'Tab')
  await terminal.shows(/show +-- Show how finely/)
  terminal.type('sh', 'Tab', 'medi', 'Tab', '--format=j', 'Tab', '-c name', 'Enter')
  const screen = await terminal.shows('"name": "medium"')
  assert.ok(screen.includes('> gnocchictl archive-policy show medium --format=json -c name\n'), screen)
})

const noFish = await missing('fish')

test('fish offers commands, flags and names with what they are', {skip: noFish}, async (t) => {
  const {who} = await typist(t)
  const ask = async (line: string) => {
    const script = 'gnocchictl completion fish | source; complete -C "gnocchictl $LINE"'
    const {stdout, stderr} = await run('fish', ['--no-config', '-c', script], {
      cwd: who.home,
      env: {...who.env, LINE: line},
    })
    return {stdout, stderr}
  }
  assert.deepEqual(await ask('archive-policy sh'), {
    stdout: 'show\tShow how finely and for how long an archive policy keeps measures, and how late one may come.\n',
    stderr: '',
  })
  assert.deepEqual(await ask('archive-policy show --format=js'), {stdout: '--format=json\n', stderr: ''})
  await indexed(who)
  assert.deepEqual(await ask('archive-policy show medi'), {stdout: 'medium\n', stderr: ''})
  assert.match((await ask('archive-policy show --format --os-cl')).stdout, /^$/)
})

test("the official client's way to ask for it: complete", async (t) => {
  const who = person(t)
  const [theirs, ours] = await Promise.all([
    who.cli(['complete', '--name', 'x', '--shell', 'bash']),
    who.cli(['completion', 'bash']),
  ])
  assert.deepEqual(theirs, ours)
})
