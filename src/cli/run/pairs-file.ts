import { readFileSync } from 'node:fs';
import { fileFailure } from '../files/failure.ts';

/**
 * A file of `KEY=value` lines (`--env-file`, `--label-file`): comments and empty lines are left out, values are taken
 * as they are. A bare `KEY` takes what `lookup` knows, or is left out.
 */
export function pairsFromFile(path: string, lookup: (key: string) => string | undefined): string[] {
  let data: Buffer;
  try {
    data = readFileSync(path);
  } catch (error) {
    throw fileFailure(path, error);
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const pairs: string[] = [];
  let source: string;
  try {
    source = decoder.decode(data);
  } catch (error) {
    throw new Error(`invalid utf8 bytes in ${path}`, { cause: error });
  }
  for (const raw of source.split('\n')) {
    const line = raw.replace(/\r$/, '').trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    if (key === '') throw new Error(`no variable name on line '${line}'`);
    if (/[ \t]/.test(key)) throw new Error(`variable '${key}' contains whitespaces`);
    if (equals >= 0) {
      pairs.push(line);
      continue;
    }
    const found = lookup(key);
    if (found !== undefined) pairs.push(`${key}=${found}`);
  }
  return pairs;
}
