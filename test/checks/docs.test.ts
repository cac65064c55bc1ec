import assert from 'node:assert/strict'
import {existsSync, globSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {test} from 'node:test'

import {docsPages} from '../../tools/docs.ts'

const pages = await docsPages()

test('the pages in docs/ say what the commands say: npm run docs makes them anew', () => {
  for (const [path, text] of pages)
    assert.equal(
      existsSync(path) ? readFileSync(path, 'utf8') : '',
      text,
      `${path} is not what the commands say: npm run docs`,
    )
  assert.deepEqual(
    globSync('docs/commands/*').sort(),
    [...pages.keys()].filter((path) => path.startsWith('docs/commands/')).sort(),
  )
})

test('every page stands in the index, and every link of a page leads somewhere', () => {
  const index = readFileSync('docs/README.md', 'utf8')
  const all = globSync('docs/**/*.md')
  assert.deepEqual(
    all
      .map((path) => path.slice('docs/'.length))
      .filter((path) => path !== 'README.md' && !index.includes(`](${path})`)),
    [],
  )
  const broken = ['README.md', 'CONTRIBUTING.md', ...all].flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => join(dirname(page), target!))
      .filter((target) => !existsSync(target))
      .map((target) => `${page} → ${target}`),
  )
  assert.deepEqual(broken, [])
})
