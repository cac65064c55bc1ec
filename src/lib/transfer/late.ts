/** Counts the measures of a series that are older than Gnocchi takes. Times are in milliseconds since 1970. */
export class Late {
  count = 0
  oldest = Infinity
  /** What is older is dropped. */
  takenFrom = -Infinity
  /** Those that came before this was known. */
  #unjudged: number[] | undefined = []

  get isJudged(): boolean {
    return this.#unjudged === undefined
  }

  add(milliseconds: number): void {
    if (this.#unjudged) this.#unjudged.push(milliseconds)
    else if (milliseconds < this.takenFrom) this.#take(milliseconds)
  }

  judge(takenFrom: number): void {
    const times = this.#unjudged ?? []
    this.#unjudged = undefined
    this.takenFrom = takenFrom
    for (const milliseconds of times) this.add(milliseconds)
  }

  #take(milliseconds: number): void {
    this.count++
    if (milliseconds < this.oldest) this.oldest = milliseconds
  }

  clear(): void {
    this.count = 0
    this.oldest = Infinity
  }
}
