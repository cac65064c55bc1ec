import assert from 'node:assert/strict'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import {assertNoSecretIn, mustStaySecret} from '../live/secrets.ts'
import {setEnv, tempFolder} from './servers.ts'

test('a run that prints a password of the lab, of a variable or a kept token is found out', (t) => {
  const folder = tempFolder(t)
  setEnv(t, {LAB_STATE: folder})
  writeFileSync(join(folder, 'lab.json'), JSON.stringify({ssh: {accounts: {root: {password: 'of the lab'}}}}))
  mkdirSync(join(folder, 'gnocchictl'))
  writeFileSync(
    join(folder, 'gnocchictl/tokens.json'),
    JSON.stringify({'{"os-username": "ada"}': {token: 'of the cache'}}),
  )
  mustStaySecret('of the test')
  const env = {XDG_CACHE_HOME: folder, OS_PASSWORD: 'of the variable'}
  for (const secret of ['of the lab', 'of the cache', 'of the test', 'of the variable'])
    assert.throws(() => assertNoSecretIn(`debug: ${secret}\n`, env, ['gnocchictl', secret]), {
      message: 'a secret was printed by: gnocchictl …',
    })
  assertNoSecretIn('debug: [secret]\n', env, ['gnocchictl'])
})
