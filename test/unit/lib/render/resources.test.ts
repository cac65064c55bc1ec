import assert from 'node:assert/strict'
import {test} from 'node:test'

import {decodeResource} from '../../../../src/lib/gnocchi/resources.ts'
import {formats} from '../../../../src/lib/render/formats.ts'
import {
  resourceColumns,
  resourceFields,
  resourceTypeColumns,
  resourceTypeFields,
  toDeleteColumns,
} from '../../../../src/lib/render/resources.ts'
import {wireResource} from '../../fake-gnocchi.ts'

const metrics = {
  zz: '00000000-0000-4000-8000-000000000001',
  aa: '00000000-0000-4000-8000-000000000002',
}
const plain = decodeResource(wireResource('web-1', {metrics}))
const typed = decodeResource(wireResource('web-2', {type: 'host', cores: 8, metrics}))
const names = (columns: readonly {name: string}[]) => columns.map(({name}) => name).join()
const common = 'id,type,project_id,user_id,original_resource_id,started_at,ended_at,revision_start,revision_end'

test('a list has the attributes of all, not those of the first alone; an empty one what all have', () => {
  assert.equal(names(resourceColumns([plain, typed])), `${common},creator,cores`)
  assert.equal(names(resourceColumns([plain], {withMetrics: true})), `${common},creator,metrics`)
  assert.equal(names(resourceColumns([])), common)
  const rows = JSON.parse(formats.json.list([plain, typed], resourceColumns([plain, typed]), {})) as object[]
  assert.deepEqual(
    rows.map((row) => (row as {cores: unknown}).cores),
    [null, 8],
  )
})

test("one resource is shown in Gnocchi's own order, its metrics by name", () => {
  assert.equal(names(resourceFields(typed)), Object.keys(typed.fields).join())
  const table = formats.table.one(typed, resourceFields(typed))
  assert.match(table, /\| metrics +\| aa: .*2 \|\n\| +\| zz: .*1 \|\n/)
  assert.deepEqual(
    (JSON.parse(formats.json.one(typed, resourceFields(typed), {})) as {metrics: object}).metrics,
    metrics,
  )
})

test('a resource type, as the official client writes it', () => {
  const type = {
    name: 'host',
    state: 'active',
    attributes: {
      room: {type: 'string', required: true, options: {max_length: 20, min_length: 0}},
      cores: {type: 'number', required: false, options: {min: null, max: 8}},
    },
  }
  assert.deepEqual(JSON.parse(formats.json.list([type], resourceTypeColumns, {})), [
    {
      name: 'host',
      attributes:
        '- room: type: string , required: True , max_length: 20 , min_length: 0\n- cores: type: number , required: False , min: None , max: 8',
    },
  ])
  assert.deepEqual(JSON.parse(formats.json.one(type, resourceTypeFields(type), {})), {
    name: 'host',
    state: 'active',
    'attributes/room': 'max_length=20, min_length=0, required=True, type=string',
    'attributes/cores': 'max=8, min=None, required=False, type=number',
  })
})

test('what would be deleted', () => {
  assert.match(formats.table.one([plain], toDeleteColumns), /\| resources +\| web-1 \(11111111-/)
})
