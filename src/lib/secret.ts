import {inspect} from 'node:util'

const hidden = '[secret]'

/** A password, token or passphrase: a value that no log line, template string, JSON or inspection can show. */
export class Secret {
  #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself; call it only where it leaves for Keystone, Gnocchi or a host. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return hidden
  }

  toJSON(): string {
    return hidden
  }

  [inspect.custom](): string {
    return hidden
  }
}
