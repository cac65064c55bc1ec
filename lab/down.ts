// `lab down`: no process, no mount, no password left. The logs stay.
import {existsSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {endNamespace} from './namespace.ts'
import type {Suite} from './ports.ts'
import {stateDir} from './state.ts'

/** Works whatever state the lab is in, also when it is half started or was killed. */
export async function down({suite}: {suite: Suite}): Promise<void> {
  const dir = stateDir(suite)
  if (!existsSync(dir)) return
  await endNamespace(dir)
  for (const name of ['lab.json', 'lab.json.new', 'lab.env', 'config.json', 'clouds.yaml', 'keys'])
    rmSync(join(dir, name), {recursive: true, force: true})
}
