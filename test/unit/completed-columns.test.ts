import assert from 'node:assert/strict'
import {test} from 'node:test'

import {commands, loadAllCommands} from '../../src/commands.ts'
import {columnsOf} from '../../tools/completed-columns.ts'

test('every command that prints columns has them completed, but for the figures of a benchmark', async () => {
  await loadAllCommands()
  const withColumns = Object.keys(commands).filter((id) => 'column' in {...commands[id]!.flags})
  assert.deepEqual(Object.keys(columnsOf).sort(), withColumns.filter((id) => !id.startsWith('benchmark:')).sort())
  for (const [id, columns] of Object.entries(columnsOf)) {
    assert.ok(columns.length > 0, id)
    assert.equal(new Set(columns).size, columns.length, id)
  }
})
