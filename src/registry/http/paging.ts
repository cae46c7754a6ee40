import { RegistryError } from '../errors.ts';

/** Longest page of any list. */
const MOST = 1000;

export interface PageQuery {
  /** Null: not asked for. */
  readonly n: number | null;
  readonly last: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** `Link` to the next page; absent at the end. */
  readonly headers: { readonly link?: string };
}

/**
 * Reads `n` and `last`.
 * @param strict whether `n` must lie in 1…1000 (a catalogue), else 0 is allowed and more is capped
 * @throws PAGINATION_NUMBER_INVALID
 */
export function pageQuery(query: URLSearchParams, strict: boolean): PageQuery {
  const text = query.get('n');
  const last = query.get('last') ?? '';
  if (text === null || text === '') return { n: null, last };
  const n = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (n < 0 || (strict && (n === 0 || n > MOST))) {
    throw new RegistryError(
      'PAGINATION_NUMBER_INVALID',
      `n must be a number from ${strict ? 1 : 0} to ${MOST}`,
      {
        detail: { n: text.slice(0, 40) },
      },
    );
  }
  return { n: Math.min(n, MOST), last };
}

/** The page behind `last`, of a list that is in order. Without `n` all of it, where `whole`, else the longest page. */
export function page<T extends string>(
  sorted: readonly T[],
  { n, last }: PageQuery,
  path: string,
  whole: boolean,
): Page<T> {
  const from = last === '' ? 0 : firstBehind(sorted, last);
  const count = n ?? (whole ? sorted.length : MOST);
  const items = sorted.slice(from, from + count);
  const end = items.at(-1);
  if (end === undefined || from + items.length >= sorted.length) return { items, headers: {} };
  const next = new URLSearchParams({ n: String(count), last: end });
  return { items, headers: { link: `<${path}?${next}>; rel="next"` } };
}

function firstBehind(sorted: readonly string[], last: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') <= last) low = middle + 1;
    else high = middle;
  }
  return low;
}
