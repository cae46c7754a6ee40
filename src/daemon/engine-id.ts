import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, systemCode } from '../errors/minke-error.ts';
import { moveAside } from '../host/tree/move-aside.ts';

/** The id, what is wrong with the file, or undefined where there is none. */
function read(path: string): { readonly id: string } | { readonly problem: string } | undefined {
  try {
    const id = readFileSync(path, 'utf8').trim();
    return /^[0-9a-f-]{36}$/.test(id) ? { id } : { problem: 'that is no id' };
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? undefined : { problem: messageOf(error) };
  }
}

/**
 * The engine's id: made at the first start, the same for ever after. A file that can't be used is moved aside, `warn`
 * hears of it, and there is a new id.
 */
export function engineId(dataRoot: string, warn: (text: string) => void): string {
  const path = join(dataRoot, 'engine-id');
  const found = read(path);
  if (found !== undefined && 'id' in found) return found.id;
  if (found !== undefined) warn(moveAside(path, found.problem));
  const id = randomUUID();
  writeFileSync(`${path}.tmp`, `${id}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
  return id;
}
