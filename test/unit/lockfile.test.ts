import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'

const read = (name: string): unknown => JSON.parse(readFileSync(name, 'utf8'))

const {packages} = read('package-lock.json') as {packages: Record<string, {hasInstallScript?: true}>}
const {allowScripts} = read('package.json') as {allowScripts: Record<string, boolean>}

test('every package with an install script is named in allowScripts, and no other is', () => {
  const scripted = Object.entries(packages)
    .filter(([path, {hasInstallScript}]) => path !== '' && hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
  assert.deepEqual([...new Set(scripted)].sort(), Object.keys(allowScripts).sort())
})

test('no install script is allowed to run', () =>
  assert.deepEqual(
    Object.entries(allowScripts).filter(([, allowed]) => allowed),
    [],
  ))
