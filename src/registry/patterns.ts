import { matchesGlob } from '../kit/filters/glob.ts';

/**
 * Patterns of repositories: `*` and `?` within one part, `**` for any number of parts (none too): `team/**` fits
 * `team`, `team/app` and `team/app/x`. Linear in pattern × text.
 */
export function matchesRepository(pattern: string, name: string): boolean {
  const wanted = pattern.split('/');
  const parts = name.split('/');
  let [at, from] = [0, 0];
  // Where to go on when what follows the last `**` does not fit.
  let back: { at: number; from: number } | undefined;
  while (from < parts.length) {
    const pattern = wanted[at];
    if (pattern === '**') {
      back = { at: at + 1, from };
      at += 1;
    } else if (pattern !== undefined && matchesGlob(pattern, parts[from] ?? '')) {
      at += 1;
      from += 1;
    } else if (back !== undefined) {
      back.from += 1;
      ({ at, from } = back);
    } else return false;
  }
  while (wanted[at] === '**') at += 1;
  return at === wanted.length;
}

export const matchesAny = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => matchesRepository(pattern, name));
