import assert from 'node:assert/strict'
import {test} from 'node:test'

import {parseAttributes} from '../../../../src/lib/resources/resource-type-attributes.ts'

test('definitions of attributes', () => {
  assert.deepEqual(parseAttributes(['room:string', 'cores:number:no:min=1:max=64.5', 'rack:string:true:fill=a=b']), {
    room: {type: 'string'},
    cores: {type: 'number', required: false, options: {min: 1, max: 64.5}, floats: ['max']},
    rack: {type: 'string', required: true, options: {fill: 'a=b'}},
  })
})

for (const [definition, message] of [
  ['room', '--attribute room: write name:type, name:type:required or name:type:required:option=value'],
  [':string', '--attribute :string: write name:type, name:type:required or name:type:required:option=value'],
  ['room:sting', '--attribute room:sting: there is no type "sting"; did you mean "string"?'],
  ['room:string:maybe', '--attribute room:string:maybe: "maybe" is neither true nor false'],
  ['room:string:no:long', '--attribute room:string:no:long: "long" is no option; write it as max_length=255'],
] as const)
  test(`${definition} is refused`, () => {
    assert.throws(() => parseAttributes([definition]), {exitCode: 2, message})
  })
