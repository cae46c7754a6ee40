import { createReadStream, openSync } from 'node:fs';
import { systemCode } from '../../errors/minke-error.ts';

/** A file to be sent; opened at once, so that a mistake in its name shows before anything is asked of the daemon. */
export function openSource(path: string): AsyncIterable<Buffer> {
  try {
    return createReadStream(path, { fd: openSync(path, 'r'), highWaterMark: 1 << 18 });
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      throw new Error(`open ${path}: no such file or directory`, { cause: error });
    throw error;
  }
}
