// The lab on paper: addresses, people, accounts and passwords, and what of that the scripts inside are told.
import {randomBytes} from 'node:crypto'
import {join} from 'node:path'
import {dropbearHost, ports, sshHosts, type Storage, type Suite} from './ports.ts'
import type {Keys, LabFile} from './state.ts'

/** Everything about the lab that is known before it runs; passwords are new each time. */
export function planLab(suite: Suite, storage: Storage, dir: string, port22: boolean): LabFile {
  const p = ports(suite)
  const keys: Keys = {
    privateKey: join(dir, 'keys/id_ed25519'),
    encryptedKey: join(dir, 'keys/id_ed25519_encrypted'),
    passphrase: secret(),
    rsaKey: join(dir, 'keys/id_rsa'),
  }
  return {
    suite,
    storage,
    stateDir: dir,
    pid: 0,
    startedAt: new Date().toISOString(),
    urls: {
      keystone: `http://127.0.0.1:${p.keystone}/v3`,
      gnocchi: `http://127.0.0.1:${p.gnocchi}`,
      gnocchiBasic: `http://127.0.0.1:${p.gnocchiBasic}`,
    },
    users: {
      admin: {name: 'admin', password: secret(), project: 'admin'},
      alice: {name: 'alice', password: secret(), project: 'research'},
      bob: {name: 'bob', password: secret(), project: 'teaching'},
    },
    ssh: {
      hosts: sshHosts,
      port: p.ssh,
      port22,
      dropbear: dropbearHost,
      accounts: {
        root: {password: secret()},
        reader: {password: secret()},
        keyed: keys,
        sftponly: {password: secret(), ...keys},
        noshell: {password: secret(), ...keys},
      },
    },
  }
}

/** 16 characters of base64url: safe in a shell, a URL and an ini file. */
export const secret = () => randomBytes(12).toString('base64url')

/** What the scripts inside know, as shell assignments. */
export function insideEnv(lab: LabFile, gnocchiPassword: string, tokenSeconds: number): string {
  const p = ports(lab.suite)
  const {accounts} = lab.ssh
  return Object.entries({
    SUITE: lab.suite,
    STORAGE: lab.storage,
    KEYSTONE_PORT: p.keystone,
    GNOCCHI_PORT: p.gnocchi,
    GNOCCHI_BASIC_PORT: p.gnocchiBasic,
    POSTGRESQL_PORT: p.postgresql,
    CEPH_MON_V2_PORT: p.cephMonV2,
    CEPH_MON_V1_PORT: p.cephMonV1,
    CEPH_OSD_FIRST_PORT: p.cephOsdFirst,
    SSH_HOSTS: lab.ssh.hosts.join(' '),
    DROPBEAR_HOST: lab.ssh.dropbear,
    SSH_PORT: p.ssh,
    SSH_PORT_22: lab.ssh.port22 ? 'yes' : 'no',
    TOKEN_SECONDS: tokenSeconds,
    ADMIN_PASSWORD: lab.users.admin.password,
    GNOCCHI_PASSWORD: gnocchiPassword,
    ROOT_PASSWORD: accounts.root.password,
    READER_PASSWORD: accounts.reader.password,
    SFTPONLY_PASSWORD: accounts.sftponly.password,
    NOSHELL_PASSWORD: accounts.noshell.password,
    KEY_PASSPHRASE: accounts.keyed.passphrase,
  })
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('')
}
