import type {Figures} from '../measures/benchmark.ts'
import type {Column} from './formats.ts'

export const figureColumns = (figures: Figures): readonly Column<Figures>[] =>
  Object.keys(figures).map((name) => ({
    name,
    value: (row) => row[name] ?? null,
    ...(name.includes(' latency ') ? {python: true} : {}),
  }))
