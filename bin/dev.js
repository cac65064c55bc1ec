#!/usr/bin/env node
// The same from the sources, without a build: Node takes the types off.
import {fileURLToPath} from 'node:url'

import {settings} from '@oclif/core'

settings.debug = true
const {main} = await import('../src/run.ts')
await main(process.argv.slice(2), fileURLToPath(new URL('..', import.meta.url)))
