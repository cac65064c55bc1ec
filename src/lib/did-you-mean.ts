/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`: the optimal string alignment distance. */
function distance(a: string, b: string): number {
  const rows = [Array.from({length: b.length + 1}, (_, column) => column)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

/** The candidate that was probably meant, or undefined when none is near (a third of the word, at least two edits). */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const nearest = candidates
    .map((candidate) => ({candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase())}))
    .sort((a, b) => a.edits - b.edits)[0]
  return nearest && nearest.edits <= Math.max(2, Math.floor(word.length / 3)) ? nearest.candidate : undefined
}
