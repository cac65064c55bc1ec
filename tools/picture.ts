// Makes docs/terminal.svg, the picture of the README, from what the commands really print on the running lab.
//
//   npm run -s lab -- up && node tools/with-node.mjs tools/picture.ts
import {spawnSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'

import {clientEnv, writeClientFiles} from '../lab/env.ts'
import {readLab} from '../lab/state.ts'

const lab = readLab('trixie')
if (!lab) throw new Error('the lab is down; start it: npm run -s lab -- up')
writeClientFiles(lab)
const env = {...process.env, ...clientEnv(lab, lab.users.alice)}

/** Commands, and how many of their lines the picture has room for. */
const scenes: [string, number][] = [
  ['metrics create', 9],
  ['produce --interval 10 --count 2', 7],
  ['consume --agg max --granularity minute --host 127.0.0.1 --host 127.0.0.4 --once', 20],
]

const lines = scenes.flatMap(([command, most]) => {
  const {stdout} = spawnSync(process.execPath, ['bin/run.js', ...command.split(' ')], {env, encoding: 'utf8'})
  const printed = stdout.trimEnd().split('\n')
  return [`$ gnocchictl ${command}`, ...printed.slice(0, most), ...(printed.length > most ? ['…'] : []), '']
})

const lineHeight = 18
const [width, height] = [860, (lines.length + 3) * lineHeight]
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const text = lines.map((line, index) => {
  const colour = line.startsWith('$') ? '#7ee787' : '#e6edf3'
  return `<text x="18" y="${(index + 3) * lineHeight}" fill="${colour}" xml:space="preserve">${escaped(line)}</text>`
})
const dots = ['#ff5f56', '#ffbd2e', '#27c93f'].map(
  (fill, index) => `<circle cx="${20 + index * 18}" cy="18" r="6" fill="${fill}"/>`,
)

writeFileSync(
  'docs/terminal.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${dots.join('\n')}
${text.join('\n')}
</svg>
`,
)
