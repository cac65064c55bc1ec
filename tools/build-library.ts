// dist/index.js and its types: what `import {Gnocchi} from 'gnocchictl'` gives. Why so: docs/decisions/0011-the-library-in-the-same-package.md
import {execFileSync} from 'node:child_process'
import {globSync, rmSync, statSync, utimesSync} from 'node:fs'

import {build as bundle} from 'esbuild'

const types = 'dist/types/index.d.ts'

export async function buildLibrary(): Promise<void> {
  await bundle({
    entryPoints: ['src/index.ts'],
    outfile: 'dist/index.js',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // Those of the one who imports it: one got and one conf in a program, not two.
    packages: 'external',
    legalComments: 'none',
    logLevel: 'warning',
  })
  // Three seconds, for what most builds have not changed.
  if (newest([types]) > newest([...globSync('src/lib/**/*.ts'), 'src/index.ts', 'tsconfig.types.json'])) return
  rmSync('dist/types', {recursive: true, force: true})
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], {stdio: 'inherit'})
  utimesSync(types, new Date(), new Date())
}

const newest = (files: string[]): number =>
  Math.max(...files.map((file) => statSync(file, {throwIfNoEntry: false})?.mtimeMs ?? 0))
