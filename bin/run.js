#!/usr/bin/env node
// Plain JavaScript that any Node can read: an old one must get as far as the sentence below.
import module from 'node:module'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`error: gnocchictl needs Node 24 or newer; this is ${process.version} (${process.execPath})`)
  console.error('  try: https://nodejs.org/en/download, or: npx -p node@24 gnocchictl')
  process.exit(2)
}
// Compiled code is kept in the user's own folder: in a shared one, others could put code of theirs there.
module.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gnocchictl', 'compiled'))
const {main} = await import('../dist/run.js')
await main(process.argv.slice(2), fileURLToPath(new URL('..', import.meta.url)))
