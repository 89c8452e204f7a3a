/** The word that is at most two letters away, as BuildKit suggests instructions. */
export function closest(word: string, words: readonly string[]): string | undefined {
  return words
    .map((other) => ({ other, distance: distance(word, other) }))
    .filter(({ distance: far }) => far <= 2)
    .toSorted((a, b) => a.distance - b.distance)[0]?.other;
}

/** Letters put in, taken out or exchanged to get from one word to the other; two that changed places count as two. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchange = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, exchange));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
