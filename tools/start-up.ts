// What makes the bundle start quicker. Why, and the price: docs/decisions/0002-one-bundle-with-its-compiled-code.md
import {readFileSync} from 'node:fs'
import {constants} from 'node:http2'

import type {Plugin as EsbuildPlugin} from 'esbuild'

/** Built-in modules that are dear to load and that many runs never use; TLS alone costs half a bare start of Node. */
const dear = ['child_process', 'crypto', 'dns', 'http2', 'https', 'tls', 'zlib']

/** Packages that their importer may never use: conf validates what has a schema, and our tokens have none. */
const usedSeldom: Record<string, string> = {'ajv/dist/2020.js': 'Ajv2020', 'ajv-formats': 'default'}

/** Puts stand-ins in the place of modules, which load them when something of them is first used. */
export const loadedAtFirstUse: EsbuildPlugin = {
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

/** Lines of packages that cost milliseconds at each start for what we do not use. What each does stays the same for us. */
const lines = [
  {
    why: 'a ListFormat loads ICU, 10 ms; it words the messages of assertions that we never read',
    file: '@sindresorhus/is/distribution/index.js',
    from: /new Intl\.ListFormat\('en', (\{[^}]*\})\)/g,
    to: '{format: (list) => new Intl.ListFormat("en", $1).format(list)}',
  },
  {
    why: 'localeCompare loads ICU too; ids of commands are ASCII',
    file: '@oclif/core/lib/config/plugin.js',
    from: /a\.id\.localeCompare\(b\.id\)/g,
    to: '(a.id < b.id ? -1 : 1)',
  },
  {
    why: 'randomUUID loads crypto, 5 ms; nobody listens to the diagnostics channel that the id is for',
    file: 'got/dist/source/core/diagnostics-channel.js',
    from: /return randomUUID\(\)/g,
    to: 'return String(process.hrtime.bigint())',
  },
  {
    why: 'reading FormData loads undici, 17 ms; our bodies are strings or bytes',
    file: 'got/dist/source/core/index.js',
    from: /!\(options\.body instanceof FormData\)/g,
    to: '(typeof options.body === "string" || ArrayBuffer.isView(options.body) || !(options.body instanceof FormData))',
  },
  {
    why: "reading ReadableStream loads the web's streams, 2 ms; our bodies are strings or bytes, or there is none",
    file: 'got/dist/source/core/index.js',
    from: /(?<=else if \()(?=body instanceof ReadableStream\))/g,
    to: 'typeof body === "object" && !ArrayBuffer.isView(body) && ',
  },
]

/** Replaces those lines in the bundle; one that is no longer there fails the build. */
export const cheaperLines: EsbuildPlugin = {
  name: 'cheaper-lines',
  setup(build) {
    for (const [file, own] of Map.groupBy(lines, ({file}) => file))
      build.onLoad({filter: new RegExp(`/node_modules/${file.replaceAll('.', '\\.')}$`)}, ({path}) => ({
        contents: own.reduce(replaced, readFileSync(path, 'utf8')),
        loader: 'js',
      }))
  },
}

function replaced(text: string, {file, from, to, why}: (typeof lines)[number]): string {
  const cheaper = text.replace(from, to)
  if (cheaper === text) throw new Error(`${file} has no ${from.source} any more (${why})`)
  return cheaper
}
