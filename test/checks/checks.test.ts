import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {describe, test} from 'node:test'

/** What needs no server and no running program: types, lint, format, unused code, install scripts. */
const checks: Record<string, string[]> = {
  'the types are right': ['typescript/bin/tsc', '-p', 'tsconfig.check.json'],
  'the lint rules are kept': ['eslint/bin/eslint.js', '.', '--cache', '--cache-location', 'node_modules/.cache/eslint'],
  'the format is kept': ['prettier/bin/prettier.cjs', '--check', '.', '--cache', '--log-level', 'warn'],
  'there is no unused code, export or package': ['knip/bin/knip.js', '--no-config-hints'],
}

describe('checks', {concurrency: true}, () => {
  for (const [promise, [tool, ...args]] of Object.entries(checks))
    test(promise, async () => {
      const {code, output} = await run(`node_modules/${tool}`, args)
      assert.equal(code, 0, output)
    })
})

function run(tool: string, args: string[]): Promise<{code: number; output: string}> {
  return new Promise((resolve) => {
    execFile(process.execPath, [tool, ...args], {maxBuffer: 1e7}, (error, stdout, stderr) => {
      resolve({code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr})
    })
  })
}
