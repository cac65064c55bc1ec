// Bundles src/ into dist/: a start-up reads a few files instead of a thousand. Measured in docs/decisions/0002.
import {globSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'

import {Plugin as OclifPlugin} from '@oclif/core'
import {toJsonSchema} from '@valibot/to-json-schema'
import {build as bundle, type Plugin as EsbuildPlugin} from 'esbuild'
import {format} from 'prettier'

import {hostsFileSchema} from '../src/lib/hosts-file/schema.ts'

const require = createRequire(import.meta.url)

/** Built-in modules that take long to load (TLS alone costs half a bare start of Node) and that many runs never need. */
const loadedAtFirstUse = ['http2', 'https', 'tls']

/**
 * Makes `import https from 'node:https'` load it when something of it is first used, not at start-up.
 * A CommonJS module of getters, since esbuild reads those of an import one by one, where they are used.
 */
const lazyBuiltins: EsbuildPlugin = {
  name: 'lazy-builtins',
  setup(build) {
    const filter = new RegExp(`^(node:)?(${loadedAtFirstUse.join('|')})$`)
    build.onResolve({filter}, ({path}) => ({path: path.replace(/^node:/, ''), namespace: 'lazy-builtin'}))
    build.onLoad({filter: /.*/, namespace: 'lazy-builtin'}, ({path}) => ({
      loader: 'js',
      contents: Object.keys(require(path) as object)
        .map(
          (name) =>
            `Object.defineProperty(exports, ${JSON.stringify(name)}, {enumerable: true, get: () => process.getBuiltinModule(${JSON.stringify(path)})[${JSON.stringify(name)}]})`,
        )
        .join('\n'),
    }))
  },
}

rmSync('dist', {recursive: true, force: true})
await bundle({
  entryPoints: ['src/run.ts', ...globSync('src/{commands,hooks}/**/*.ts')],
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: 'none',
  mainFields: ['module', 'main'],
  // Native parts of ssh2, which does without them; TypeScript, which oclif looks for only beside sources.
  external: ['cpu-features', './crypto/build/Release/sshcrypto.node', 'typescript'],
  loader: {'.node': 'empty'},
  plugins: [lazyBuiltins],
  // CommonJS packages inside an ES module: what they expect to find.
  banner: {
    js: [
      "import {createRequire as __createRequire} from 'node:module'",
      "import {fileURLToPath as __fileURLToPath} from 'node:url'",
      'const require = __createRequire(import.meta.url)',
      'const __filename = __fileURLToPath(import.meta.url)',
      "const __dirname = __fileURLToPath(new URL('.', import.meta.url))",
    ].join(';'),
  },
  logLevel: 'warning',
})

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
const schemaText = await format(JSON.stringify(schema), {parser: 'json', printWidth: 120})
if (readFileSync('config.schema.json', {encoding: 'utf8', flag: 'a+'}) !== schemaText)
  writeFileSync('config.schema.json', schemaText)
