/**
 * Finds promises that a test makes, leaves alone while it awaits something else, and only then expects to be rejected:
 * on a machine that is slow enough the rejection comes first, is nobody's, and fails the test.
 */
import type { Source } from './duplicates.ts';

const EXPECTED = /\brejects\(\s*(\w+)\s*[,)]/g;
const FUNCTION = /^(?:async\b|function\b|\(?[\w\s,:{}[\]<>]*\)?(?::[^=]+)?\s*=>)/;

/** `path:line` of each, with the name of the promise. */
export function heldPromises({ path, text }: Source): string[] {
  return [...text.matchAll(EXPECTED)].flatMap(({ index, 1: name = '' }) => {
    const before = text.slice(0, index).replace(/await\s+(?:\w+\.)*$/, '');
    const held = afterOther(before, name) || oneOfMany(before, name);
    const line = text.slice(0, index).split('\n').length;
    return held ? [`${path}:${line}: ${name} may be rejected before anybody expects it`] : [];
  });
}

/** Something was awaited between its statement and the place where it is expected. */
function afterOther(before: string, name: string): boolean {
  const [statement] = [...before.matchAll(new RegExp(`^([ \\t]*)const ${name}(?:: [^=]+)? = `, 'gm'))].slice(
    -1,
  );
  if (statement === undefined) return false;
  const [head, indent = ''] = statement;
  const rest = before.slice(statement.index + head.length);
  if (FUNCTION.test(rest) || rest.startsWith('await ')) return false;
  // A statement ends with the first line of its own depth that ends with a semicolon.
  const lines = rest.split('\n');
  const end = lines.findIndex(
    (line, at) => line.endsWith(';') && (at === 0 || /^[ \t]*/.exec(line)?.[0] === indent),
  );
  return end >= 0 && lines.slice(end + 1).some((line) => /\bawait\b/.test(line));
}

/** It is an element of a list whose other elements are awaited first. */
function oneOfMany(before: string, name: string): boolean {
  const [loop] = [...before.matchAll(new RegExp(`for \\(const ${name} of \\[([^\\]]*)\\]\\)`, 'g'))].slice(
    -1,
  );
  const [, list = ''] = loop ?? [];
  return list.split(/,\s*\n/).some((element) => /^\s*[\w.]+\(/.test(element));
}
