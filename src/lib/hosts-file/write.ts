import {writeFileSync} from 'atomically'
import {applyEdits, findNodeAtLocation, modify, parseTree, type Edit, type FormattingOptions} from 'jsonc-parser'

import {UsageError} from '../errors.ts'
import {readHostsFile, readSource} from './read.ts'

/**
 * Writes metric ids into the file, by label, and changes nothing else in it: order, indentation and unknown keys stay.
 * The file is read anew first, and replaced in one step, its mode kept: a crash leaves the old one or the new one.
 * @throws UsageError when it cannot be written
 */
export function writeMetricIds(path: string, ids: ReadonlyMap<string, string>): void {
  const source = readSource(path)
  const {hosts} = readHostsFile(path)
  const indent = /^[{[][ \t]*\r?\n([ \t]+)/.exec(source.trimStart())?.[1] ?? '    '
  const formattingOptions = {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.length,
    eol: source.includes('\r\n') ? '\r\n' : '\n',
  }
  const edited = hosts.reduce((text, {label}, index) => {
    const id = ids.get(label)
    return id === undefined ? text : applyEdits(text, putMetric(text, index, id, formattingOptions))
  }, source)
  if (edited !== source) replaceFile(path, edited)
}

/** A host on one line stays on one line. */
function putMetric(text: string, index: number, id: string, formattingOptions: FormattingOptions): Edit[] {
  const {offset, length} = findNodeAtLocation(parseTree(text)!, ['hosts', index])!
  const oneLine = !text.slice(offset, offset + length).includes('\n')
  const edits = modify(text, ['hosts', index, 'metric'], id, oneLine ? {} : {formattingOptions})
  return oneLine ? edits.map((edit) => ({...edit, content: edit.content.replace(/^,/, ', ')})) : edits
}

function replaceFile(path: string, content: string): void {
  try {
    // atomically follows links, keeps mode and owner, syncs, and renames
    writeFileSync(path, content)
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    throw new UsageError(`${path}: the metric ids cannot be written (${code})`, [
      code === 'EBUSY'
        ? 'a single file mounted into a container cannot be replaced: mount its folder'
        : 'check that its folder may be written and has room; run again, the metrics will be found',
    ])
  }
}
