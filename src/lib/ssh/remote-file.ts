import type {Client, SFTPWrapper} from 'ssh2'

import {HostError} from '../errors.ts'

/** More than any file of /proc that is read: what comes beyond it is a wrong answer. */
const limitBytes = 65_536

/** One file of a host, to be read again and again: files of /proc are made anew at each read. */
export interface RemoteFile {
  method: 'sftp' | 'exec'
  /** @throws HostError */
  read(): Promise<string>
}

/**
 * The quickest way a host offers to read a file: an SFTP handle kept open, of which each read at offset 0 costs one
 * round trip, no process and no shell on the host; else `cat` by exec, for servers without SFTP such as dropbear.
 * @throws HostError when the host offers neither; the message does not name the host
 */
export async function openRemoteFile(client: Client, path: string): Promise<RemoteFile> {
  try {
    return await sftpFile(client, path)
  } catch (sftpError) {
    const file = execFile(client, path)
    try {
      await file.read()
      return file
    } catch (execError) {
      throw new HostError(`${path} can be read neither by SFTP (${said(sftpError)}) nor by exec (${said(execError)})`)
    }
  }
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function sftpFile(client: Client, path: string): Promise<RemoteFile> {
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, wrapper) => (error ? reject(error) : resolve(wrapper)))
    client.once('close', () => reject(new HostError('the connection was closed')))
  })
  const handle = await new Promise<Buffer>((resolve, reject) => {
    sftp.open(path, 'r', (error, opened) => (error ? reject(error) : resolve(opened)))
  })
  const buffer = Buffer.alloc(limitBytes)
  let over = false
  sftp.once('close', () => (over = true))
  const read = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const closed = () => reject(new HostError('the connection was closed'))
      // ssh2 never answers what is asked of a channel that has ended.
      if (over) {
        closed()
        return
      }
      sftp.once('close', closed)
      // 32 KiB is what every SFTP server answers in one packet: draft-ietf-secsh-filexfer-02, section 3.
      sftp.read(handle, buffer, 0, limitBytes / 2, 0, (error, bytes) => {
        sftp.removeListener('close', closed)
        if (error) reject(new HostError(`${path} cannot be read: ${error.message}`))
        else resolve(buffer.toString('utf8', 0, bytes))
      })
    })
  return {method: 'sftp', read}
}

function execFile(client: Client, path: string): RemoteFile {
  const read = (): Promise<string> =>
    new Promise((resolve, reject) => {
      client.exec(`cat ${path}`, (error, channel) => {
        if (error) {
          reject(new HostError(error.message))
          return
        }
        let output = ''
        let complaint = ''
        let exitCode: number | undefined
        channel.stderr.on('data', (data: Buffer) => (complaint = (complaint + data.toString()).slice(0, 200)))
        channel.on('data', (data: Buffer) => {
          output += data.toString()
          if (output.length <= limitBytes) return
          reject(new HostError(`${path} is longer than ${limitBytes} bytes`))
          channel.destroy()
        })
        channel.on('exit', (code: number) => (exitCode = code))
        // Not on 'exit': that may come before the data.
        channel.on('close', () => {
          if (exitCode === 0) resolve(output)
          else reject(new HostError(complaint.split('\n')[0] || `cat ended with ${exitCode ?? 'no exit code'}`))
        })
      })
    })
  return {method: 'exec', read}
}
