/**
 * Query strings, read as Go's `net/url` reads them: `+` is a space, a bad escape is an error, names may repeat.
 */
import { invalid } from '../../errors/minke-error.ts';

export type Query = ReadonlyMap<string, readonly string[]>;

const none: Query = new Map();

function decodeEscapes(text: string): string {
  if (!/[%+]/.test(text)) return text;
  const spaced = text.replaceAll('+', ' ');
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(spaced);
  if (bad) throw invalid(`invalid URL escape ${JSON.stringify(bad[0])}`);
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw invalid('invalid URL escape: not UTF-8');
  }
}

/** @param text what stands behind the `?`. Throws `invalid` on bad escapes and on `;`, which Go refuses too. */
export function parseQuery(text: string): Query {
  if (text === '') return none;
  if (text.includes(';')) throw invalid('invalid semicolon separator in query');
  const query = new Map<string, string[]>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decodeEscapes(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? '' : decodeEscapes(pair.slice(at + 1));
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
}
