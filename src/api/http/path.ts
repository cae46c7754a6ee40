/**
 * One normal form of the request target, made before anything looks at it: router, log and rules see the same path.
 */
export type Target =
  /** `path` is percent-decoded, starts with one slash, has no `.`, `..` or empty segment. */
  | {
      readonly kind: 'path';
      readonly path: string;
      readonly query: string;
      readonly authority: string | null;
    }
  /** Spelled another way: answered by a redirect to the normal form, as Docker's router does, never served. */
  | { readonly kind: 'moved'; readonly location: string }
  | { readonly kind: 'bad' };

const bad: Target = { kind: 'bad' };
const plain = /^(?:\/[A-Za-z0-9_:@~-][A-Za-z0-9_.:@~-]*)+$/;
const forbidden = /[\u0000-\u001f\u007f\\]/;

/** Removes `.`, `..` and empty segments; keeps a slash at the end. */
function clean(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const slash = path.endsWith('/') && kept.length > 0 ? '/' : '';
  return `/${kept.join('/')}${slash}`;
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

/** @param raw the request target as it stood in the request line: `/path?query`, or with `http://host` before it */
export function readTarget(raw: string): Target {
  let rest = raw;
  let authority: string | null = null;
  if (!raw.startsWith('/')) {
    const absolute = /^https?:\/\/([^/?#@]+)(?=[/?]|$)/i.exec(raw);
    if (!absolute) return bad;
    authority = absolute[1] ?? null;
    rest = raw.slice(absolute[0].length);
    if (!rest.startsWith('/')) rest = `/${rest}`;
  }
  const mark = rest.indexOf('?');
  const query = mark < 0 ? '' : rest.slice(mark + 1);
  const encoded = mark < 0 ? rest : rest.slice(0, mark);
  if (plain.test(encoded)) return { kind: 'path', path: encoded, query, authority };
  const path = decoded(encoded);
  if (path === null || forbidden.test(path)) return bad;
  const normal = clean(path);
  if (normal === path) return { kind: 'path', path, query, authority };
  const location = normal.split('/').map(encodeURIComponent).join('/');
  return { kind: 'moved', location: mark < 0 ? location : `${location}?${query}` };
}
