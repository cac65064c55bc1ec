import type {Host} from '../hosts-file/read.ts'
import type {HostSampler} from './host-sampler.ts'

export interface Changes {
  added: string[]
  removed: string[]
  changed: string[]
}

/** The hosts that are sampled: those of the hosts file as it is now, each with its connection. */
export class Roster {
  readonly #open: (host: Host) => HostSampler
  readonly #isSame: (one: Host, other: Host) => boolean
  #samplers = new Map<string, HostSampler>()

  constructor(open: (host: Host) => HostSampler, isSame: (one: Host, other: Host) => boolean) {
    this.#open = open
    this.#isSame = isSame
  }

  /** Takes these hosts in place of those before. A host that is as it was keeps its connection. May come during a round. */
  replace(hosts: readonly Host[]): Changes {
    const before = this.#samplers
    const kept = (host: Host) => {
      const sampler = before.get(host.label)
      return sampler && this.#isSame(sampler.host, host) ? sampler : undefined
    }
    this.#samplers = new Map(hosts.map((host) => [host.label, kept(host) ?? this.#open(host)]))
    for (const [label, sampler] of before) if (this.#samplers.get(label) !== sampler) sampler.close()
    const labels = [...this.#samplers.keys()]
    return {
      added: labels.filter((label) => !before.has(label)),
      removed: [...before.keys()].filter((label) => !this.#samplers.has(label)),
      changed: labels.filter((label) => before.has(label) && before.get(label) !== this.#samplers.get(label)),
    }
  }

  samplers(): HostSampler[] {
    return [...this.#samplers.values()]
  }

  labels(): string[] {
    return [...this.#samplers.keys()]
  }

  close(): void {
    for (const sampler of this.#samplers.values()) sampler.close()
  }
}
