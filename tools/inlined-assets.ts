// Texts of the report's page, put into the bundle: what it is made of must be where gnocchictl is.
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {pathToFileURL} from 'node:url'

import type {Plugin as EsbuildPlugin} from 'esbuild'

export const inlinedAssets: EsbuildPlugin = {
  name: 'inlined-assets',
  setup(build) {
    build.onLoad({filter: /\/src\/lib\/render\/report\/assets\.ts$/}, ({path}) => {
      const {resolve} = createRequire(pathToFileURL(path))
      const source = readFileSync(path, 'utf8')
      const lines = [...source.matchAll(/^export const (\w+) = textOf\(import\.meta\.resolve\('([^']+)'\)\)$/gm)]
      if (lines.length === 0) throw new Error(`${path} names no files`)
      const contents = lines.map(
        ([, name, file]) => `export const ${name} = ${JSON.stringify(readFileSync(resolve(file!), 'utf8'))}`,
      )
      return {contents: contents.join('\n'), loader: 'js'}
    })
  },
}
