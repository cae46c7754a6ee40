import { Entries } from './entries.ts';
import type { ReadFormat } from './entry-reader.ts';
import { chunksOf, type Part, readRange } from './parts.ts';

/** First look at the end of a file; doubled until it holds enough. */
const firstLook = 64 * 1024;

/** Where reading begins: the part, and in it a byte (plain) or a number of entries to pass over (compressed). */
export interface TailStart {
  readonly part: number;
  readonly offset: number;
  readonly skip: number;
}

/** Finds the last `count` entries of a chain from its end. */
export async function findTail(
  parts: readonly Part[],
  count: number,
  format: ReadFormat,
): Promise<TailStart> {
  let missing = count;
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const part = parts[index];
    if (part === undefined) break;
    if (part.compressed) {
      const total = await countEntries(part, format);
      if (total >= missing) return { part: index, offset: 0, skip: total - missing };
      missing -= total;
    } else {
      const { offset, found } = await tailOf(part, missing, format);
      if (found === -1) {
        const total = await countEntries(part, format);
        return { part: index, offset: 0, skip: Math.max(0, total - missing) };
      }
      if (found >= missing) return { part: index, offset, skip: 0 };
      missing -= found;
    }
  }
  return { part: 0, offset: 0, skip: 0 };
}

async function tailOf(
  part: Part,
  count: number,
  format: ReadFormat,
): Promise<{ offset: number; found: number }> {
  for (let look = firstLook; ; look *= 4) {
    const from = Math.max(0, part.size - look);
    const data = await readRange(part, from, part.size);
    // An entry that is being written right now is not counted; it comes when it is whole.
    const { at, found } = format.tail(data, data.length, count);
    if (found >= count || found === -1) return { offset: from + at, found };
    if (from === 0) return { offset: 0, found: at > 0 ? found + 1 : found };
  }
}

async function countEntries(part: Part, format: ReadFormat): Promise<number> {
  let total = 0;
  const entries = new Entries(format.reader());
  for await (const chunk of chunksOf(part)) {
    entries.push(chunk, () => {
      total += 1;
      return true;
    });
  }
  return total;
}
