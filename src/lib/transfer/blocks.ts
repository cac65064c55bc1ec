import {open} from 'node:fs/promises'

/** Whole lines of a file. */
export interface Block {
  text: string
  /** Where it begins and ends in the file, in bytes. */
  start: number
  end: number
}

/** A longer one gets a place in V8's heap that is cleared late: memory would grow with the file's size. */
const chunkBytes = 65_536

/** A line of more bytes is no line of measures: it would be kept in memory to its end. */
const longestLine = 16 * 2 ** 20

export class LineTooLong extends Error {}

/** The bytes of a file, each chunk in the place of the one before it. */
export async function* chunksOf(path: string): AsyncGenerator<Buffer, void, void> {
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes)
    for (;;) {
      const {bytesRead} = await file.read(buffer, 0, chunkBytes)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/**
 * Cuts a stream into blocks of whole lines: memory holds one chunk, whatever the size. The last line may lack its feed.
 * @throws LineTooLong
 */
export async function* blocksOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Block, void, void> {
  /** Of the line that the chunk before has begun. */
  let begun: Buffer[] = []
  let begunBytes = 0
  let at = 0
  const taken = (bytes: Buffer): Block => {
    const start = at
    at += bytes.length
    return {text: textOf(bytes, start), start, end: at}
  }
  for await (const chunk of chunks) {
    let from = 0
    if (begunBytes > 0) {
      from = chunk.indexOf(10) + 1
      const end = from === 0 ? chunk.length : from
      begun.push(Buffer.from(chunk.subarray(0, end)))
      begunBytes += end
      if (begunBytes > longestLine) throw new LineTooLong('a line is longer than 16 MiB')
      if (from === 0) continue
      yield taken(Buffer.concat(begun))
    }
    const end = chunk.lastIndexOf(10) + 1
    if (end > from) yield taken(chunk.subarray(from, end))
    const rest = chunk.subarray(Math.max(from, end))
    begun = rest.length === 0 ? [] : [Buffer.from(rest)]
    begunBytes = rest.length
  }
  if (begunBytes > 0) yield taken(Buffer.concat(begun))
}

/** A byte order mark at the beginning is none of the first line's text. */
const textOf = (bytes: Buffer, start: number): string =>
  bytes.toString('utf8', start === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0)
