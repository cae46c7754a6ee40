import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import { fileFailure } from './failure.ts';

/** A file to be sent; opened at once, so that a mistake in its name shows before anything is asked of the daemon. */
export function openSource(path: string): AsyncIterable<Buffer> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw fileFailure(path, error);
  }
  if (fstatSync(fd).isDirectory()) {
    closeSync(fd);
    throw new Error(`read ${path}: is a directory`);
  }
  return createReadStream(path, { fd, highWaterMark: 1 << 18 });
}
