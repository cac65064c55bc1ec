import assert from 'node:assert/strict'
import {test} from 'node:test'
import {format, inspect} from 'node:util'

import {Secret} from '../../../src/lib/secret.ts'

const secret = new Secret('hunter2')

test('a secret is given to who asks for it', () => assert.equal(secret.reveal(), 'hunter2'))

for (const [way, shown] of [
  // eslint-disable-next-line @typescript-eslint/restrict-template-expressions
  ['a template', () => `${secret}`],
  ['String()', () => String(secret)],
  ['JSON', () => JSON.stringify({secret})],
  ['inspect', () => inspect({secret}, {showHidden: true, depth: 9})],
  ['format', () => format('%s %o %j', secret, secret, secret)],
  ['entries', () => JSON.stringify(Object.entries(secret))],
  ['an error about it', () => inspect(Object.assign(new Error('no'), {secret}))],
] as const)
  test(`${way} does not show it`, () => assert.doesNotMatch(shown(), /hunter2/))
