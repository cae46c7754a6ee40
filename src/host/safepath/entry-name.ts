/** Names that archives give, as parts of a path that can only lead downwards. */
import { invalid } from '../../errors/minke-error.ts';
import { nameLength } from '../../kit/tar/name-bytes.ts';

/**
 * The parts of a relative name, `.` and empty ones left out; none of them is `..`, and the list is empty for the root
 * itself. Throws `invalid` naming the entry.
 * @param absolute what to make of a leading slash: refuse it, or read the name as one below the root
 */
export function entryParts(name: string, absolute: 'refuse' | 'below-root' = 'refuse'): string[] {
  if (absolute === 'refuse' && name.startsWith('/'))
    throw invalid(`archive entry ${JSON.stringify(name)} is absolute`);
  if (name.includes('\0')) throw invalid(`archive entry ${JSON.stringify(name)} holds a NUL`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  for (const part of parts) {
    if (part === '..') throw invalid(`archive entry ${JSON.stringify(name)} leads out of its root`);
    if (part.length > 63 && nameLength(part) > 255)
      throw invalid(`archive entry ${JSON.stringify(name)} has a part of more than 255 bytes`);
  }
  return parts;
}
