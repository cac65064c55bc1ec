import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'

import {toJsonSchema} from '@valibot/to-json-schema'

import {hostsFileSchema} from '../../../../src/lib/hosts-file/schema.ts'

const json = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8'))

test('the schema that editors use is the one that validates', () => {
  const shipped = json('config.schema.json')
  assert.deepEqual(shipped, {title: 'The hosts file of gnocchictl', ...toJsonSchema(hostsFileSchema)})
})
