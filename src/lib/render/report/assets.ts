// Read from where they are installed when run from the sources; tools/build.ts puts their text here in the bundle.
import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

const textOf = (url: string): string => readFileSync(fileURLToPath(url), 'utf8')

export const uplotScript = textOf(import.meta.resolve('uplot/dist/uPlot.iife.min.js'))
export const uplotStyle = textOf(import.meta.resolve('uplot/dist/uPlot.min.css'))
export const pageScript = textOf(import.meta.resolve('./page.js'))
export const pageStyle = textOf(import.meta.resolve('./page.css'))
