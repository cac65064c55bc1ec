#!/usr/bin/env node
// Plain JavaScript that any Node can read: an old one must get as far as the sentence below.
'use strict'
const {join} = require('node:path')

const root = join(__dirname, '..')

if (Number(process.versions.node.split('.')[0]) < 24) {
  const needed = `gnocchictl needs Node 24 or newer; this is ${process.version} (${process.execPath})`
  const hint = 'try: https://nodejs.org/en/download'
  // The 2 of a monitoring plugin would be CRITICAL.
  const isPlugin = process.argv[2] === 'check'
  if (isPlugin) console.log(`GNOCCHI UNKNOWN - ${needed}; ${hint}`)
  else console.error(`error: ${needed}\n  ${hint}`)
  process.exitCode = isPlugin ? 3 : 2
} else if (process.argv.length === 3 && process.argv[2] === '--version') {
  const {name, version} = require('../package.json')
  console.log(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}`)
} else if (process.argv[2] === '__complete') {
  require('../dist/complete.cjs').answer(process.argv.slice(3), root)
} else {
  const {loadCompiled} = require('./load-compiled.js')
  loadCompiled(join(root, 'dist', 'main.cjs')).main(process.argv.slice(2), root)
}
