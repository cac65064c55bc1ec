import assert from 'node:assert/strict'
import {test} from 'node:test'

import {deleteEach, tellDeleted} from '../../../../src/lib/resources/delete-each.ts'
import {AuthError, GnocchiError} from '../../../../src/lib/errors.ts'

const gone = (name: string) => new GnocchiError(`${name} does not exist (HTTP 404)`, {status: 404})

/** Things by name; `left` are those there still are. */
function things(names: Record<string, string>) {
  const left = new Set(Object.values(names))
  return {
    left,
    find: (given: string) => (names[given] === undefined ? Promise.reject(gone(given)) : Promise.resolve(names[given])),
    remove: (id: string) => (left.delete(id) ? Promise.resolve() : Promise.reject(gone(id))),
  }
}

function told(...[outcomes, dryRun = false]: [Parameters<typeof tellDeleted>[0], boolean?]) {
  const lines: string[] = []
  try {
    tellDeleted(outcomes, dryRun, (line) => lines.push(line))
  } catch (error) {
    return [...lines, error as GnocchiError]
  }
  return lines
}

test('after a failure it goes on, and says each and how many', async () => {
  const {left, find, remove} = things({a: '1', b: '2'})
  const outcomes = await deleteEach(['a', 'x', 'b'], find, remove)
  assert.deepEqual([...left], [])
  const [first, second, third, end] = told(outcomes)
  assert.deepEqual([first, second, third], ['deleted a (1)', 'error: x: x does not exist (HTTP 404)', 'deleted b (2)'])
  assert.deepEqual([(end as GnocchiError).message, (end as GnocchiError).exitCode], ['1 of 3 could not be deleted', 4])
})

test('what is named twice, or by two names, is deleted once', async () => {
  const {find, remove} = things({a: '1', '1': '1'})
  assert.deepEqual(told(await deleteEach(['1', 'a', '1'], find, remove)), ['deleted 1'])
})

test('the error of the only one is its own', async () => {
  const {find, remove} = things({})
  assert.deepEqual(told(await deleteEach(['x'], find, remove)), [gone('x')])
})

test('a dry run finds and deletes nothing', async () => {
  const {left, find} = things({a: '1'})
  assert.deepEqual(told(await deleteEach(['a'], find), true), ['would delete a (1)'])
  assert.deepEqual([...left], ['1'])
})

test('a login that fails, and a bug, end it', async () => {
  for (const error of [new AuthError('no'), new TypeError('bug')])
    await assert.rejects(
      deleteEach(['a', 'b'], () => Promise.reject(error)),
      error,
    )
})
