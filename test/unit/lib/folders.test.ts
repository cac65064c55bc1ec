import assert from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'

import {cacheFolder, configFolder, stateFolder} from '../../../src/lib/folders.ts'
import {setEnv, setHome} from '../servers.ts'

const folders = () => [configFolder(), cacheFolder(), stateFolder()]

test('folders are those of the XDG base directory specification; a relative one is ignored', (t) => {
  const home = setHome(t)
  const usual = ['.config/gnocchictl', '.cache/gnocchictl', '.local/state/gnocchictl'].map((path) => join(home, path))
  assert.deepEqual(folders(), usual)
  setEnv(t, {XDG_CONFIG_HOME: 'relative', XDG_CACHE_HOME: '', XDG_STATE_HOME: './x'})
  assert.deepEqual(folders(), usual)
  setEnv(t, {XDG_CONFIG_HOME: '/c', XDG_CACHE_HOME: '/k', XDG_STATE_HOME: '/s'})
  assert.deepEqual(folders(), ['/c/gnocchictl', '/k/gnocchictl', '/s/gnocchictl'])
})
