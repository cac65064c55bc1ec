// Two minutes of everything at once. Ten, with three seeds: docs/reliability.md.
import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {join} from 'node:path'
import {test} from 'node:test'

import {root} from '../live/person.ts'

const seed = process.env['CHAOS_SEED'] ?? '1'
const minutes = process.env['CHAOS_MINUTES'] ?? '2'

test(
  `chaos for ${minutes} minutes: nothing lost, doubled or out of order`,
  {timeout: (Number(minutes) + 3) * 60_000},
  async () => {
    const {code, stdout, stderr} = await new Promise<{code: unknown; stdout: string; stderr: string}>((resolve) =>
      execFile(
        process.execPath,
        [join(root, 'tools', 'chaos.ts'), '--seed', seed, '--minutes', minutes],
        (error, stdout, stderr) => resolve({code: error?.code ?? 0, stdout, stderr}),
      ),
    )
    console.log(stdout)
    assert.equal(code, 0, stdout + stderr)
    const [, sampled] = /^sampled (\d+), stored \d+, stored, not printed \d+$/m.exec(stdout)!
    assert.ok(Number(sampled) > Number(minutes) * 60 * 20 * 0.2, `it sampled only ${sampled!}`)
    assert.match(stdout, /^lost 0, doubled 0, out of order 0$/m)
  },
)
