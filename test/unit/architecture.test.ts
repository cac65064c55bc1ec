import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import {test} from 'node:test'

import {cruise, type ICruiseResult, type IForbiddenRuleType} from 'dependency-cruiser'

import {loaders} from '../../src/commands.ts'
import {sources} from '../../src/lib/sampling/samplers.ts'

/** One package, one door. */
const doors: Record<string, string> = {
  got: 'src/lib/http.ts',
  conf: 'src/lib/keystone/token-cache.ts',
  table: 'src/lib/render/',
  chalk: 'src/lib/render/',
  'cli-progress': 'src/progress.ts',
  'csv-parse': 'src/lib/transfer/formats/csv.ts',
  ssh2: 'src/lib/ssh/',
  'ssh-config': 'src/lib/ssh/',
  valibot: 'src/lib/hosts-file/',
  'jsonc-parser': 'src/lib/hosts-file/',
  atomically: 'src/lib/hosts-file/',
  '@inquirer/prompts': 'src/ask.ts',
  'node:sqlite': 'src/lib/delivery/',
}

const inPath = (path: string): string => `^${path.replaceAll('.', '\\.')}`
const inPackage = (name: string): string =>
  name.startsWith('node:') ? `^(node:)?${name.slice(5)}$` : `(^|/)node_modules/${name}/`

/** Along the way of a sample, each part and those before it that it may know: what it is handed, types too. */
const stages: Record<string, string[]> = {
  'hosts-file': [],
  keystone: [],
  gnocchi: ['keystone'],
  ssh: ['hosts-file', 'sampling'],
  sampling: ['hosts-file', 'ssh'],
  delivery: ['sampling', 'gnocchi'],
  // And what is beside that way.
  transfer: ['gnocchi'],
  measures: ['gnocchi'],
  policies: ['gnocchi'],
  resources: ['gnocchi'],
  service: ['sampling', 'delivery'],
  completion: ['gnocchi', 'keystone'],
}

const rules: IForbiddenRuleType[] = [
  {name: 'no circle', from: {}, to: {circular: true, viaOnly: {dependencyTypesNot: ['type-only']}}},
  {name: 'lib knows no commands', from: {path: '^src/lib/'}, to: {path: '^src/(commands|[^/]+\\.ts)'}},
  {name: 'lib knows no oclif', from: {path: '^src/lib/'}, to: {path: inPackage('@oclif/core')}},
  {
    name: 'commands know no commands',
    from: {path: '^src/commands/'},
    to: {path: '^src/(commands/|commands\\.ts|main\\.ts)'},
  },
  {name: 'src knows no tests, tools or lab', from: {path: '^src/'}, to: {path: '^(test|tools|lab|bench)/'}},
  {
    name: 'flows are handed what they call',
    from: {
      path: '^src/lib/(series/|(produce|backlog|check|check-hosts|create-metrics|list-metrics|trust-hosts)\\.ts$)',
    },
    to: {path: '^src/lib/(http\\.ts|ssh|keystone|gnocchi|render|hosts-file)', dependencyTypesNot: ['type-only']},
  },
  {
    name: 'what is shown knows not how it looks',
    from: {path: '^src/lib/', pathNot: '^src/lib/render/'},
    to: {path: '^src/lib/render/'},
  },
  {
    name: 'yaml is read for clouds and written for people, and nowhere else',
    from: {path: '^src/', pathNot: '^src/lib/(keystone/clouds-yaml|render/yaml)\\.ts$'},
    to: {path: inPackage('yaml')},
  },
  ...Object.entries(stages).map(([stage, known]) => ({
    name: `${stage} knows of the other parts ${known.join(' and ') || 'none'}`,
    from: {path: `^src/lib/${stage}/`},
    to: {path: `^src/lib/[^/]+/`, pathNot: `^src/lib/(${[stage, ...known].join('|')})/`},
  })),
  ...Object.entries(doors).map(([name, door]) => ({
    name: `${name} is imported only by ${door}`,
    from: {path: '^src/', pathNot: inPath(door)},
    to: {path: inPackage(name), dependencyTypesNot: ['type-only' as const]},
  })),
]

const {output} = await cruise(['src'], {
  ruleSet: {forbidden: rules},
  validate: true,
  doNotFollow: {path: 'node_modules'},
  tsPreCompilationDeps: true,
  enhancedResolveOptions: {
    extensions: ['.ts', '.js'],
    exportsFields: ['exports'],
    conditionNames: ['import', 'require', 'node', 'default', 'types'],
  },
})
const {modules, summary} = output as ICruiseResult

test('the dependency rules are read off the sources, all of them', () => {
  const seen = modules
    .map(({source}) => source)
    .filter((source) => /^src\/.*\.ts$/.test(source))
    .sort()
  assert.deepEqual(seen, globSync('src/**/*.ts').sort())
})

for (const {name} of rules)
  test(name, () => {
    const broken = summary.violations.filter(({rule}) => rule.name === name).map(({from, to}) => `${from} → ${to}`)
    assert.deepEqual(broken, [])
  })

for (const [name, door] of Object.entries(doors))
  test(`the door to ${name} is in use`, () => {
    const importers = modules
      .filter(({dependencies}) =>
        dependencies.some(({resolved, module}) => new RegExp(inPackage(name)).test(resolved) || module === name),
      )
      .map(({source}) => source)
    assert.ok(
      importers.some((source) => source.startsWith(door)),
      `${name} is imported by ${importers.join(', ') || 'nobody'}`,
    )
  })

test('lib prints nothing', () => {
  const printing = globSync('src/lib/**/*.ts').filter((file) =>
    /console\.|process\.(stdout|stderr)/.test(readFileSync(file, 'utf8')),
  )
  assert.deepEqual(printing, [])
})

test('samplers are named where they are made, and nowhere else', () => {
  const names = sources.join('|')
  const naming = new RegExp(
    `\\bsamplers\\.(${names})\\b|(['"\`])(${names})\\2|\\{[^{}]*\\b(${names})\\b[^{}]*\\} = samplers`,
  )
  const named = globSync('src/**/*.ts').filter((file) => naming.test(readFileSync(file, 'utf8')))
  assert.deepEqual(named, ['src/lib/sampling/samplers.ts'])
})

test('every file of a command is registered under its path, and nothing else is', () => {
  const paths = globSync('**/*.ts', {cwd: 'src/commands'}).map((file) => file.replace(/(\/index)?\.ts$/, ''))
  assert.deepEqual(Object.keys(loaders).sort(), paths.map((path) => path.replaceAll('/', ':')).sort())
})
