// Reading the memory of 50 hosts over connections that are kept open.
import {insideLab, withContestants} from './contestant.ts'
import {compared, type Result} from './result.ts'
import {ours, peers} from './scripts.ts'
import {sideBySide} from './side-by-side.ts'
import {readHosts, type Workplace} from './workplace.ts'

export async function sweep({lab, env, hostsFile}: Workplace): Promise<Result[]> {
  const file = hostsFile(50)
  const measured = await withContestants(
    {
      ssh2: {command: [process.execPath, ours.sweep, file], env},
      paramiko: insideLab(lab, ['python3', '-c', peers.sweep, JSON.stringify(readHosts(file))], {}),
    },
    (measures) => sideBySide(measures, 40),
  )
  return [compared('sweep of 50 hosts / paramiko, one after another', measured.ssh2, measured.paramiko, 0.15)]
}
