// Bundles src/ into one file: a start-up reads that one instead of a thousand. Why: docs/decisions/0002-one-bundle-with-its-compiled-code.md
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'

import {Plugin as OclifPlugin} from '@oclif/core'
import {toJsonSchema} from '@valibot/to-json-schema'
import {build as bundle} from 'esbuild'
import {format, resolveConfig} from 'prettier'

import {hostsFileSchema} from '../src/lib/hosts-file/schema.ts'
import {buildCompletion} from './build-completion.ts'
import {buildLibrary} from './build-library.ts'
import {inlinedAssets} from './inlined-assets.ts'
import {cheaperLines, loadedAtFirstUse} from './start-up.ts'

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
  plugins: [loadedAtFirstUse, cheaperLines, inlinedAssets],
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

await buildLibrary()

const {loadAllCommands} = createRequire(import.meta.url)('../dist/main.cjs') as typeof import('../src/main.ts')
await loadAllCommands()

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
writeFileSync('dist/manifest.json', JSON.stringify(plugin.manifest))
// What each start reads: flags are three quarters of it, and only help asks for them (src/main.ts).
const withoutFlags = Object.entries(plugin.manifest.commands).map(([id, command]) => [id, {...command, flags: {}}])
writeFileSync(
  'oclif.manifest.json',
  JSON.stringify({...plugin.manifest, commands: Object.fromEntries(withoutFlags) as object}),
)
await buildCompletion(plugin.manifest.commands)

// Editors complete config.json from this; it is the schema that validates it.
const schema = {title: 'The hosts file of gnocchictl', ...toJsonSchema(hostsFileSchema)}
const schemaText = await format(JSON.stringify(schema), {
  ...(await resolveConfig('config.schema.json')),
  parser: 'json',
})
if (readFileSync('config.schema.json', {encoding: 'utf8', flag: 'a+'}) !== schemaText)
  writeFileSync('config.schema.json', schemaText)
