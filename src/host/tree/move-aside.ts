import { renameSync } from 'node:fs';
import { messageOf } from '../../errors/minke-error.ts';

/**
 * Puts a file (or whatever else stands in its place) that can't be used where nobody reads it and an administrator can:
 * `<path>.broken-<time>`. Answers a sentence for the log.
 */
export function moveAside(path: string, problem: string, now = new Date()): string {
  const aside = `${path}.broken-${now.toISOString().replace(/[:.]/g, '-')}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    return `${path} can't be used (${problem}) and can't be moved aside (${messageOf(error)})`;
  }
  return `${path} can't be used (${problem}); it was moved to ${aside}`;
}
