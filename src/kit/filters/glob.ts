/**
 * Shell patterns as Go's path.Match reads them: `*` and `?` don't match `/`, `[a-z]`, `[^a]`, `\` escapes.
 * Throws `invalid` "syntax error in pattern".
 */
import { invalid } from '../../errors/minke-error.ts';

type Piece = 'star' | ((char: string) => boolean);

const malformed = (): Error => invalid('syntax error in pattern');

function parseGlob(pattern: string): Piece[] {
  const chars = Array.from(pattern);
  const pieces: Piece[] = [];
  let at = 0;
  const literal = (): string => {
    let char = chars[at++];
    if (char === '\\') char = chars[at++];
    if (char === undefined) throw malformed();
    return char;
  };
  const set = (): Piece => {
    const negated = chars[at] === '^';
    if (negated) at++;
    const ranges: [string, string][] = [];
    while (chars[at] !== ']' || ranges.length === 0) {
      if (chars[at] === '-' || chars[at] === ']') throw malformed();
      const low = literal();
      let high = low;
      if (chars[at] === '-') {
        at++;
        if (chars[at] === ']' || chars[at] === '-') throw malformed();
        high = literal();
      }
      ranges.push([low, high]);
    }
    at++;
    return (char) => ranges.some(([low, high]) => char >= low && char <= high) !== negated;
  };
  while (at < chars.length) {
    const char = chars[at];
    if (char === '*') {
      at++;
      if (pieces.at(-1) !== 'star') pieces.push('star');
    } else if (char === '?') {
      at++;
      pieces.push((other) => other !== '/');
    } else if (char === '[') {
      at++;
      pieces.push(set());
    } else {
      const wanted = literal();
      pieces.push((other) => other === wanted);
    }
  }
  return pieces;
}

/** Greedy with one point of return: O(pattern × text). */
export function matchesGlob(pattern: string, text: string): boolean {
  if (pattern.length > 1024) throw malformed();
  const pieces = parseGlob(pattern);
  const chars = Array.from(text);
  let piece = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < chars.length) {
    const test = pieces[piece];
    const char = chars[at] ?? '';
    if (test === 'star') {
      star = piece++;
      starAt = at;
    } else if (test?.(char)) {
      piece++;
      at++;
    } else if (star >= 0 && chars[starAt] !== '/') {
      piece = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (pieces[piece] === 'star') piece++;
  return piece === pieces.length;
}
