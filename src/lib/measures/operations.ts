import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'
import {elsewhere} from '../gnocchi/aggregation-methods.ts'
import {acrossMethods, type Operation} from '../gnocchi/aggregates.ts'

type Node = {at: number; end: number} & ({word: string; isText: boolean} | {items: Node[]})
type List = Node & {items: Node[]}

const comparisons = ['=', '==', 'eq', '<', 'lt', '>', 'gt', '<=', '≤', 'le', '>=', '≥', 'ge', '!=', '≠', 'ne']
const binary = [
  ...comparisons,
  ...['%', 'mod', '+', 'add', '-', 'sub', '*', '×', 'mul', '/', '÷', 'div', '**', '^', 'pow', 'clip_min', 'clip_max'],
  'max',
  'min',
]
const unary = [
  ...['abs', 'absolute', 'neg', 'negative', 'cos', 'sin', 'tan', 'floor', 'ceil', 'rateofchange', 'rateofchangesec'],
]
const known = ['metric', 'aggregate', 'rolling', 'resample', 'clip', ...unary, ...binary]

/**
 * Operations as a person writes them, in Lisp or JSON, checked as far as can be without the server.
 * @throws UsageError with a mark under the place
 * @see gnocchi/rest/aggregates/api.py OperationsSchema, operations.py
 */
export function parseOperations(text: string): Operation {
  const tree = read(text)
  const problem = check(tree, true)
  if (problem) throw marked(text, problem.at, problem.what)
  return asOperation(tree as List)
}

/** Whether the metrics become one series, by (aggregate …), or stay one each. */
export const makesOneSeries = (operation: Operation): boolean =>
  Array.isArray(operation) &&
  (operation[0] === 'aggregate' || operation.slice(1).some((one) => makesOneSeries(one as Operation)))

interface Problem {
  at: number
  what: string
}

/** The message, the operations on a line of their own, and a mark under the place. */
function marked(text: string, at: number, what: string): UsageError {
  const line = text.replace(/\s/g, ' ')
  // A long line is cut, so that the mark stands within a terminal.
  const from = Math.max(0, at - 60)
  const shown = `${from > 0 ? '…' : ''}${line.slice(from, at + 40)}${line.length > at + 40 ? '…' : ''}`
  const column = at - from + (from > 0 ? 1 : 0)
  return new UsageError(`operations: ${what}\n  ${shown}\n  ${' '.repeat(column)}^`)
}

const tokens = /\s+|,|[()[\]]|"(?:[^"\\]|\\.)*"|'[^']*'|[^\s()[\],"']+/gy

/** Lists of words. Commas and quotation marks are those of JSON; Lisp may have them too. */
function read(text: string): Node {
  const open: {at: number; items: Node[]; closer: string}[] = []
  let whole: Node | undefined
  let end = 0
  const add = (node: Node) => {
    const list = open.at(-1)
    if (list) list.items.push(node)
    else if (whole) throw marked(text, node.at, 'nothing may come after the first operation')
    else whole = node
  }
  for (const {0: token, index: at} of text.matchAll(tokens)) {
    end = at + token.length
    if (/^[\s,]/.test(token)) continue
    if (token === '(' || token === '[') open.push({at, items: [], closer: token === '(' ? ')' : ']'})
    else if (token === ')' || token === ']') {
      const list = open.pop()
      if (!list) throw marked(text, at, `this ${token} closes nothing`)
      if (list.closer !== token) throw marked(text, at, `a ${list.closer} is wanted here`)
      add({at: list.at, end, items: list.items})
    } else add({at, end, ...word(token)})
  }
  if (end < text.length) throw marked(text, end, 'this quotation mark is not closed')
  const unclosed = open.at(-1)
  if (unclosed) throw marked(text, unclosed.at, `a ${unclosed.closer} is missing for this`)
  if (!whole) throw new UsageError('operations: there are none; write (metric web-1/cpu mean)')
  return whole
}

function word(token: string): {word: string; isText: boolean} {
  if (token.startsWith("'")) return {word: token.slice(1, -1), isText: true}
  if (!token.startsWith('"')) return {word: token, isText: false}
  try {
    return {word: JSON.parse(token) as string, isText: true}
  } catch {
    return {word: token.slice(1, -1), isText: true}
  }
}

const isNumber = (node: Node): boolean =>
  'word' in node && node.word.trim() !== '' && Number.isFinite(Number(node.word))

const isAggregation = (name: string): boolean => acrossMethods.some((method) => method === name.replace(/^rate:/, ''))

/** What is wrong, the first thing; undefined when nothing is. `outermost`: a number alone will not do. */
function check(node: Node, outermost = false): Problem | undefined {
  if (!('items' in node)) {
    if (!outermost && isNumber(node)) return undefined
    return {
      at: node.at,
      what: `an operation is wanted here: (metric web-1/cpu mean)${outermost ? '' : ', or a number'}`,
    }
  }
  const [head, ...rest] = node.items
  if (!head || !('word' in head)) return {at: node.at, what: 'an operation begins with its name'}
  const name = head.word
  if (!known.includes(name)) {
    const near = didYouMean(name, known)
    return {at: head.at, what: `there is no operation "${name}"${near ? `; did you mean "${near}"?` : ''}`}
  }
  if (name === 'metric') return checkMetric(node, rest)
  if (['aggregate', 'rolling', 'resample'].includes(name)) return checkAggregation(node, name, rest)
  return checkOperands(node, name, rest)
}

function checkOperands(node: Node, name: string, rest: Node[]): Problem | undefined {
  const counts = name === 'clip' ? [2, 3] : unary.includes(name) ? [1] : [2]
  if (!counts.includes(rest.length))
    return {
      at: rest[counts.at(-1)!]?.at ?? node.end - 1,
      what: `${name} takes ${counts.join(' or ')} operand${counts.at(-1) === 1 ? '' : 's'}, not ${rest.length}`,
    }
  return first(rest.map((one) => check(one)))
}

function checkAggregation(node: Node, name: string, rest: Node[]): Problem | undefined {
  const wanted = name === 'aggregate' ? 2 : 3
  const words = {
    aggregate: 'a method and an operation',
    rolling: 'a method, a number of periods and an operation',
    resample: 'a method, a duration in seconds and an operation',
  }
  if (rest.length !== wanted)
    return {
      at: rest[wanted]?.at ?? node.end - 1,
      what: `${name} takes ${words[name as keyof typeof words]}, not ${rest.length} operand${rest.length === 1 ? '' : 's'}`,
    }
  const method = rest[0]!
  if (!('word' in method) || !isAggregation(method.word)) {
    const near = 'word' in method ? (elsewhere.get(method.word) ?? didYouMean(method.word, acrossMethods)) : undefined
    return {
      at: method.at,
      what: `a method is wanted here, one of ${acrossMethods.join(', ')}${near ? `; did you mean "${near}"?` : ''}`,
    }
  }
  return checkWindow(name, rest[1]!) ?? check(rest.at(-1)!)
}

function checkWindow(name: string, node: Node): Problem | undefined {
  const given = 'word' in node ? node.word : ''
  if (name === 'rolling' && !/^[1-9]\d*$/.test(given))
    return {at: node.at, what: 'a number of periods is wanted here, 1 or more'}
  if (name === 'resample' && !/\d/.test(given))
    return {at: node.at, what: 'a duration is wanted here: 300, "5 min", 1h'}
  return undefined
}

function checkMetric(node: Node, rest: Node[]): Problem | undefined {
  const pair = (nodes: Node[], {at, end}: Node): Problem | undefined => {
    const inner = nodes.find((one) => 'items' in one)
    if (inner) return {at: inner.at, what: 'a name and a method are wanted here: (metric web-1/cpu mean)'}
    if (nodes.length === 2) return undefined
    return {
      at: nodes[2]?.at ?? (nodes.length === 0 ? at : end - 1),
      what: 'metric takes a name and a method, or pairs of them in parentheses',
    }
  }
  if (rest.length > 0 && rest.every((one) => 'items' in one)) return first(rest.map((one) => pair(one.items, one)))
  return pair(rest, node)
}

const first = (problems: (Problem | undefined)[]): Problem | undefined => problems.find((one) => one !== undefined)

/**
 * As Gnocchi's JSON has it. Comparisons become numbers, 1 and 0: up to 4.6 Gnocchi cannot write the truth values that it
 * computes, and is silent (an error inside of it); from 4.7 on it gives 1 and 0 too.
 */
function asOperation({items}: List): Operation {
  const [head, ...rest] = items as [Node & {word: string}, ...Node[]]
  const isMetric = head.word === 'metric'
  const operation = [
    head.word,
    ...rest.map((node) => {
      if ('items' in node)
        return isMetric ? node.items.map((one) => (one as Node & {word: string}).word) : asOperation(node)
      return !isMetric && isNumber(node) && !node.isText ? Number(node.word) : node.word
    }),
  ]
  return comparisons.includes(head.word) ? ['*', operation, 1] : operation
}

/** The metrics that are named, each once. */
export function metricsIn([head, ...rest]: Operation): string[] {
  const found = rest.flatMap((one) => (Array.isArray(one) && head !== 'metric' ? metricsIn(one as Operation) : []))
  const names =
    head === 'metric' ? (Array.isArray(rest[0]) ? rest.map((pair) => (pair as string[])[0]!) : [rest[0] as string]) : []
  return [...new Set([...names, ...found])]
}

/** The same with other names. */
export function renamed([head, ...rest]: Operation, names: ReadonlyMap<string, string>): Operation {
  const other = (name: unknown) => names.get(name as string) ?? (name as string)
  if (head !== 'metric')
    return [head!, ...rest.map((one) => (Array.isArray(one) ? renamed(one as Operation, names) : one))]
  if (!Array.isArray(rest[0])) return ['metric', other(rest[0]), ...rest.slice(1)]
  return ['metric', ...rest.map((pair) => [other((pair as string[])[0]), (pair as string[])[1]!])]
}
