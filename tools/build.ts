// Bundles src/ into one file: a start-up reads that one instead of a thousand. Why: docs/decisions/0002-one-bundle.md
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {constants} from 'node:http2'
import {fileURLToPath} from 'node:url'

import {Plugin as OclifPlugin} from '@oclif/core'
import {toJsonSchema} from '@valibot/to-json-schema'
import {build as bundle, type Plugin as EsbuildPlugin} from 'esbuild'
import {format, resolveConfig} from 'prettier'

import {hostsFileSchema} from '../src/lib/hosts-file/schema.ts'

/** Built-in modules that are dear to load and that many runs never use; TLS alone costs half a bare start of Node. */
const dear = ['child_process', 'crypto', 'dns', 'http2', 'https', 'tls', 'zlib']

/** Packages that their importer may never use: conf validates what has a schema, and our tokens have none. */
const usedSeldom: Record<string, string> = {'ajv/dist/2020.js': 'Ajv2020', 'ajv-formats': 'default'}

/** Puts stand-ins in the place of modules, which load them when something of them is first used. */
const loadedAtFirstUse: EsbuildPlugin = {
  name: 'loaded-at-first-use',
  setup(build) {
    build.onResolve({filter: new RegExp(`^(node:)?(${dear.join('|')})$`)}, ({path, kind}) =>
      kind === 'import-statement' ? {path: path.replace(/^node:/, ''), namespace: 'dear'} : undefined,
    )
    build.onLoad({filter: /.*/, namespace: 'dear'}, ({path}) => {
      const names = Object.keys(process.getBuiltinModule(`node:${path}`)!)
      // http2's constants are read by got at its start: they are written out, or they would bring in all of TLS.
      return path === 'http2'
        ? {
            contents: `exports.constants = ${JSON.stringify(constants)}; ${getters(
              names.filter((name) => name !== 'constants'),
              `require('node:http2')`,
            )}`,
          }
        : {contents: getters(names, `require('node:${path}')`)}
    })
    build.onResolve(
      {filter: new RegExp(`^(${Object.keys(usedSeldom).join('|').replaceAll('.', '\\.')})$`)},
      ({path, kind, resolveDir}) =>
        kind === 'import-statement' ? {path, namespace: 'seldom', pluginData: resolveDir} : undefined,
    )
    build.onLoad({filter: /.*/, namespace: 'seldom'}, ({path, pluginData}) => ({
      contents: getters([usedSeldom[path]!], `require('${path}')`),
      resolveDir: pluginData as string,
    }))
  },
}

/** CommonJS, since esbuild reads what is imported of it where it is used, not at the start. */
const getters = (names: string[], load: string): string =>
  `let loaded
   const load = () => (loaded ??= ${load})
   for (const name of ${JSON.stringify(names)})
     Object.defineProperty(exports, name, {enumerable: true, get: () => load()[name]})`

const {outputFiles} = await bundle({
  write: false,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.cjs',
  bundle: true,
  platform: 'node',
  // One CommonJS file: its compiled code can be kept whole (bin/run.js), which that of ES modules cannot.
  format: 'cjs',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 160,
  legalComments: 'none',
  mainFields: ['module', 'main'],
  // Native parts of ssh2, which does without them; TypeScript, which oclif looks for only beside sources.
  external: ['cpu-features', './crypto/build/Release/sshcrypto.node', 'typescript'],
  plugins: [loadedAtFirstUse],
  logLevel: 'warning',
})
// ASCII only, which is read the quickest; esbuild escapes everything but what stands in a regular expression.
const text = outputFiles[0]!.text.replace(
  /[^\n -~\t]/g,
  (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
)
// Only now: a build that fails leaves the last one in place.
mkdirSync('dist', {recursive: true})
writeFileSync('dist/main.cjs', text)

// The list of commands with their flags, so that oclif loads the one that runs and no other.
const root = fileURLToPath(new URL('..', import.meta.url))
const plugin = new OclifPlugin({
  root,
  type: 'core',
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
})
await plugin.load()
writeFileSync('oclif.manifest.json', JSON.stringify(plugin.manifest))

// Editors complete config.json from this; it is the schema that validates it.
const schema = {title: 'The hosts file of gnocchictl', ...toJsonSchema(hostsFileSchema)}
const schemaText = await format(JSON.stringify(schema), {
  ...(await resolveConfig('config.schema.json')),
  parser: 'json',
})
if (readFileSync('config.schema.json', {encoding: 'utf8', flag: 'a+'}) !== schemaText)
  writeFileSync('config.schema.json', schemaText)
