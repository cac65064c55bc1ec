interface Heeding {
  signal: AbortSignal
  /** Called each time when nothing has come for so long. */
  idleMs: number
  onIdle: () => Promise<void>
}

/** What there is, one after the other, until the signal, also while it is waited for the next one. */
export async function* attentively<T>(items: AsyncIterable<T>, {signal, idleMs, onIdle}: Heeding): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<T>> | undefined
  try {
    for (;;) {
      next ??= iterator.next()
      const first = await firstOf(next, signal, idleMs)
      if (first === 'stopped') return
      if (first === 'idle') {
        await onIdle()
        continue
      }
      next = undefined
      if (first.done) return
      yield first.value
    }
  } finally {
    // What is still waited for may never come: whoever has opened it lets it go.
    next?.catch(() => undefined)
    if (!next) await iterator.return?.()
  }
}

/** Promise.race would leave something of each call behind with the signal, for as long as that lives. */
function firstOf<T>(next: Promise<T>, signal: AbortSignal, idleMs: number): Promise<T | 'stopped' | 'idle'> {
  if (signal.aborted) return Promise.resolve('stopped')
  const {promise, resolve, reject} = Promise.withResolvers<T | 'stopped' | 'idle'>()
  const onAbort = () => resolve('stopped')
  const timer = setTimeout(() => resolve('idle'), idleMs)
  signal.addEventListener('abort', onAbort)
  next.then(resolve, reject)
  return promise.finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  })
}
