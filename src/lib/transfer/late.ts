/** Counts the measures of a series that are older than Gnocchi takes. Times are in milliseconds since 1970. */
export class Late {
  /** Somebody has begun to ask what Gnocchi takes. */
  isAsked = false
  count = 0
  oldest = Infinity
  /** What is older is dropped. Till it is known, all may be. */
  takenFrom = Infinity
  /** Those that came before it was known. */
  #unjudged: number[] | undefined = []

  /** Comes for each measure of a file: one comparison for nearly all of them. */
  add(milliseconds: number): void {
    if (milliseconds < this.takenFrom) this.#take(milliseconds)
  }

  #take(milliseconds: number): void {
    if (this.#unjudged) {
      this.#unjudged.push(milliseconds)
      return
    }
    this.count++
    if (milliseconds < this.oldest) this.oldest = milliseconds
  }

  judge(takenFrom: number): void {
    const times = this.#unjudged ?? []
    this.#unjudged = undefined
    this.takenFrom = takenFrom
    for (const milliseconds of times) this.add(milliseconds)
  }

  /** Those that came until now are not sent. */
  clear(): void {
    this.count = 0
    this.oldest = Infinity
    if (this.#unjudged) this.#unjudged = []
  }
}
