/** Edits (insert, remove, change, swap neighbours) between two words. */
export function distance(a: string, b: string): number {
  let before2: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (before[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (before[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        best = Math.min(best, (before2[column - 2] ?? 0) + 1);
      current.push(best);
    }
    before2 = before;
    before = current;
  }
  return before[b.length] ?? 0;
}

/** Up to three of `known` that `word` may have meant, the likeliest first. */
export function suggestions(word: string, known: Iterable<string>): string[] {
  const limit = word.length <= 4 ? 1 : word.length <= 7 ? 2 : 3;
  return [...new Set(known)]
    .map((candidate) => ({
      candidate,
      far:
        candidate.startsWith(word) && word.length > 2
          ? 0.5
          : distance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(({ far, candidate }) => far <= limit && candidate !== word)
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}
