import {homedir} from 'node:os'
import {join} from 'node:path'

/** Where openstacksdk looks for clouds.yaml, clouds-public.yaml and secure.yaml: openstack/config/loader.py, CONFIG_SEARCH_PATH. */
export const searchPath = (name: string): string[] =>
  [
    process.cwd(),
    join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'openstack'),
    join(homedir(), '.config', 'openstack'),
    '/etc/xdg/openstack',
    '/etc/openstack',
  ].flatMap((folder) => ['.yaml', '.yml', '.json'].map((suffix) => join(folder, name + suffix)))
