/** Calls `take` for each line of a block, without its line feed; gives the number of the line after the last. */
export function eachLine(block: string, firstLine: number, take: (text: string, line: number) => void): number {
  let line = firstLine
  for (let start = 0; start < block.length; line++) {
    const feed = block.indexOf('\n', start)
    const end = feed === -1 ? block.length : feed
    take(block.slice(start, block[end - 1] === '\r' && end > start ? end - 1 : end), line)
    start = end + 1
  }
  return line
}
