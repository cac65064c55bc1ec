import assert from 'node:assert/strict'
import {existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join, relative} from 'node:path'
import {test} from 'node:test'

import {spoolFile} from '../../../../src/lib/delivery/spool.ts'
import {setEnv, tempFolder} from '../../servers.ts'

test('each hosts file has its own spool, by the name that it is given, which a link keeps when it points elsewhere', (t) => {
  const folder = tempFolder(t)
  setEnv(t, {XDG_STATE_HOME: join(folder, 'state')})
  const place = (path: string) => {
    mkdirSync(join(folder, path, '..'), {recursive: true})
    writeFileSync(join(folder, path), '{}')
    return join(folder, path)
  }
  const [one, two] = [place('one/config.json'), place('two/my hosts.json')]
  const link = join(folder, 'link.json')
  symlinkSync(one, link)
  const of = (path: string) => spoolFile(path, undefined)
  assert.match(of(one), new RegExp(`^${folder}/state/gnocchictl/spool/config-[0-9a-f]{12}\\.sqlite$`))
  assert.match(of(two), /\/my_hosts-[0-9a-f]{12}\.sqlite$/)
  const ofLink = of(link)
  rmSync(link)
  symlinkSync(two, link)
  assert.equal(of(link), ofLink)
  assert.equal(of(relative(process.cwd(), one)), of(one))
  assert.notEqual(of(one).slice(-19), of(two).slice(-19))
  assert.match(spoolFile(one, '/var/spool/x'), /^\/var\/spool\/x\/config-/)
  assert.ok(!existsSync(join(folder, 'state')))
})
