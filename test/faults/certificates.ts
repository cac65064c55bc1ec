// An authority, a certificate of 127.0.0.1 that it signed, and one of those that has expired.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import type {Certificate} from './proxy.ts'

const config = `
[ca]
default_ca = ours
[ours]
database = index.txt
serial = serial
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
`

export function certificates(): {ca: string; good: Certificate; expired: Certificate} {
  const cwd = mkdtempSync(join(tmpdir(), 'gnocchictl-certificates-'))
  try {
    const openssl = (...words: string[]) => void execFileSync('openssl', words, {cwd, stdio: 'pipe'})
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    writeFileSync(join(cwd, 'ca.cnf'), config)
    writeFileSync(join(cwd, 'index.txt'), '')
    writeFileSync(join(cwd, 'serial'), '01\n')
    openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=fault tests')
    const read = (name: string) => readFileSync(join(cwd, name), 'utf8')
    const signed = (name: string, ...dates: string[]): Certificate => {
      const request = ['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', '/CN=127.0.0.1']
      openssl('req', '-new', ...newKey, ...request, '-addext', 'subjectAltName=IP:127.0.0.1')
      openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', ...dates, '-in', `${name}.csr`, '-out', `${name}.pem`)
      return {key: read(`${name}.key`), cert: read(`${name}.pem`)}
    }
    return {
      good: signed('good', '-days', '2'),
      expired: signed('expired', '-startdate', '20200101000000Z', '-enddate', '20200201000000Z'),
      ca: read('ca.pem'),
    }
  } finally {
    rmSync(cwd, {recursive: true, force: true})
  }
}
