import {statSync} from 'node:fs'

/** Changes whenever the file does; a file that is not there has a state too. */
export function fileState(path: string): string {
  try {
    const {dev, ino, size, mtimeNs, ctimeNs} = statSync(path, {bigint: true})
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}
