// Writes docs/commands/ and docs/README.md from the commands themselves, as the manifest of the last build has them.
//
//   npm run docs
import {globSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'

import {format, resolveConfig} from 'prettier'

interface Flag {
  name: string
  type: string
  char?: string
  description?: string
  options?: string[]
  default?: unknown
  helpValue?: string
  helpGroup?: string
  multiple?: boolean
  required?: boolean
  hidden?: boolean
}

interface Argument {
  name: string
  description?: string
  options?: string[]
  default?: unknown
  required?: boolean
}

interface Command {
  id: string
  summary: string
  description?: string
  usage?: string
  examples?: string[]
  strict?: boolean
  hidden?: boolean
  args: Record<string, Argument>
  flags: Record<string, Flag>
}

/** What the list of pages is divided by. A topic that stands nowhere here is listed under the last one. */
const subjects: Record<string, string[]> = {
  'Hosts and their measures': ['produce', 'consume', 'check', 'hosts', 'metrics', 'spool'],
  'What Gnocchi holds': ['metric', 'measures', 'aggregates', 'resource', 'resource-type'],
  'How Gnocchi keeps it': ['archive-policy', 'archive-policy-rule'],
  'The server': ['status', 'server', 'capabilities', 'benchmark'],
  'gnocchictl itself': ['doctor', 'completion'],
}

/** Those that every command has stand on a page of their own. */
const sharedGroups = ['CLOUD', 'LOG']

/** Every page that is made, by its path. */
export async function docsPages(): Promise<Map<string, string>> {
  const {commands} = JSON.parse(readFileSync('dist/manifest.json', 'utf8')) as {commands: Record<string, Command>}
  const {oclif} = JSON.parse(readFileSync('package.json', 'utf8')) as {
    oclif: {topics: Record<string, {description: string}>}
  }
  const shown = Object.values(commands)
    .filter(({hidden}) => !hidden)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const topics = Map.groupBy(shown, ({id}) => id.split(':')[0]!)
  const pages = new Map<string, string>()
  for (const [topic, own] of topics)
    pages.set(`docs/commands/${topic}.md`, topicPage(topic, oclif.topics[topic]?.description, own))
  pages.set('docs/commands/global-flags.md', globalFlagsPage(shown[0]!))
  pages.set('docs/README.md', indexPage(topics, oclif.topics))
  const options = {...(await resolveConfig('docs/README.md')), parser: 'markdown'}
  for (const [path, text] of pages) pages.set(path, await format(text, options))
  return pages
}

const made = '<!-- Made from the commands by npm run docs: change them, not this page. -->'

function topicPage(topic: string, description: string | undefined, commands: Command[]): string {
  const list =
    commands.length > 1
      ? commands.map(({id, summary}) => `- [${spoken(id)}](#${spoken(id).replaceAll(' ', '-')}): ${prose(summary)}`)
      : []
  return [
    made,
    `# ${topic}`,
    description && commands.length > 1 ? prose(description) : '',
    list.join('\n'),
    ...commands.map((command) => section(command, commands.length > 1)),
  ]
    .filter(Boolean)
    .join('\n\n')
}

function section(command: Command, titled: boolean): string {
  const own = Object.values(command.flags).filter(
    ({hidden, helpGroup}) => !hidden && !sharedGroups.includes(helpGroup ?? ''),
  )
  const args = Object.values(command.args)
  return [
    titled ? `## ${spoken(command.id)}` : '',
    prose(command.summary),
    command.description ? prose(filled(command.description, command)) : '',
    code(`gnocchictl ${filled(command.usage ?? usageOf(command), command)}`),
    args.length > 0 ? table(['argument', 'what it is'], args.map(argumentRow)) : '',
    own.length > 0 ? table(['flag', 'what it is'], own.map(flagRow)) : '',
    'And the [flags that every command has](global-flags.md).',
    code((command.examples ?? []).map((example) => filled(example, command)).join('\n')),
  ]
    .filter(Boolean)
    .join('\n\n')
}

function globalFlagsPage({flags}: Command): string {
  const of = (group: string) => Object.values(flags).filter(({hidden, helpGroup}) => !hidden && helpGroup === group)
  return [
    made,
    '# Flags that every command has',
    'They stand behind the command or before it: `gnocchictl --os-cloud lab archive-policy list`. In parentheses, the variable that says the same. How they go together: [clouds and authentication](../guide/authentication.md).',
    '## Which cloud, and as whom',
    table(['flag', 'what it is'], of('CLOUD').map(flagRow)),
    '## What is said on stderr',
    table(['flag', 'what it is'], of('LOG').map(flagRow)),
  ].join('\n\n')
}

function indexPage(topics: Map<string, Command[]>, described: Record<string, {description: string}>): string {
  const listed = Object.values(subjects).flat()
  const others = [...topics.keys()].filter((topic) => !listed.includes(topic))
  const lastSubject = Object.keys(subjects).at(-1)!
  const line = (topic: string) => {
    const commands = topics.get(topic)!
    const what = commands.length > 1 ? (described[topic]?.description ?? commands[0]!.summary) : commands[0]!.summary
    return `- [${topic}](commands/${topic}.md): ${prose(what)}`
  }
  const commandLists = Object.entries(subjects).flatMap(([subject, names]) => {
    const there = [...names, ...(subject === lastSubject ? others : [])].filter((topic) => topics.has(topic))
    return there.length > 0 ? [`### ${subject}`, there.map(line).join('\n')] : []
  })
  return [
    made,
    '# The docs of gnocchictl',
    'How to begin is in the [README](../README.md).',
    '## Guides',
    links('guide/*.md'),
    '## Commands',
    ...commandLists,
    '- [Flags that every command has](commands/global-flags.md)',
    '## Reference',
    links('reference/*.md', 'library.md', 'compared-with-gnocchiclient.md', 'reliability.md', 'benchmarks.md'),
    '## For those who work on it',
    '- [CONTRIBUTING](../CONTRIBUTING.md)\n- [The lab](../lab/README.md)\n- [CHANGELOG](../CHANGELOG.md)',
    '### Decisions',
    links('decisions/*.md'),
  ].join('\n\n')
}

/** Pages by what stands in their first heading. */
const links = (...patterns: string[]): string =>
  patterns
    .flatMap((pattern) => globSync(pattern, {cwd: 'docs'}).sort())
    .map((path) => `- [${/^# (.*)$/m.exec(readFileSync(`docs/${path}`, 'utf8'))![1]!}](${path})`)
    .join('\n')

const spoken = (id: string): string => id.replaceAll(':', ' ')

/** `<%= command.id %>`, as oclif fills it in. */
const filled = (text: string, {id}: Command): string =>
  text.replaceAll('<%= command.id %>', spoken(id)).replaceAll('<%= config.bin %>', 'gnocchictl')

function usageOf({id, args, strict}: Command): string {
  const words = Object.values(args).map(({name, required}, index) => {
    const many = strict === false && index === Object.keys(args).length - 1 ? '…' : ''
    return required ? `${name.toUpperCase()}${many}` : `[${name.toUpperCase()}${many}]`
  })
  return [spoken(id), ...words, '[flags]'].join(' ')
}

const code = (text: string): string => (text ? `\`\`\`sh\n${text}\n\`\`\`` : '')

/** Words of a description as Markdown: `<file>` would be a tag, `*` the begin of something; a variable is code. */
const prose = (text: string): string =>
  text.replace(/[<*]/g, String.raw`\$&`).replace(/\[([A-Z]\w*(?:=\w+)?)\]/g, '(`$1`)')

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replace(/\s*\n\s*/g, ' ')

const table = (heading: [string, string], rows: string[][]): string =>
  [heading, ['---', '---'], ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

const argumentRow = ({name, description = '', options, default: byDefault, required}: Argument): string[] => [
  `\`${name.toUpperCase()}\``,
  [prose(description), oneOf(options), defaultOf(byDefault, description), required ? 'required' : '']
    .filter(Boolean)
    .join('; '),
]

function flagRow({
  name,
  type,
  char,
  description = '',
  options,
  default: byDefault,
  helpValue,
  required,
}: Flag): string[] {
  const value =
    type === 'option'
      ? ` ${helpValue ?? (options ? `<${options.length > 1 ? 'one of these' : options[0]!}>` : '<value>')}`
      : ''
  const spelling = `\`${char ? `-${char}, ` : ''}--${name}${value}\``
  return [
    spelling,
    [prose(description), oneOf(options), defaultOf(byDefault, description), required ? 'required' : '']
      .filter(Boolean)
      .join('; '),
  ]
}

const oneOf = (options: string[] | undefined): string =>
  options ? options.map((option) => `\`${option}\``).join(', ') : ''

const defaultOf = (byDefault: unknown, description: string): string =>
  (typeof byDefault === 'string' || typeof byDefault === 'number') && !description.includes('[default')
    ? `\`${byDefault}\` when left out`
    : ''

if (import.meta.main) {
  const pages = await docsPages()
  rmSync('docs/commands', {recursive: true, force: true})
  mkdirSync('docs/commands', {recursive: true})
  for (const [path, text] of pages) writeFileSync(path, text)
  console.log(`${pages.size} pages`)
}
