import { closeSync, fstatSync, statSync } from 'node:fs';
import { rotatedPath } from '../files/chain.ts';
import { openForReading } from '../files/open.ts';
import type { Changes } from './changes.ts';
import type { Emitter } from './emitter.ts';
import type { Entries } from './entries.ts';
import { readBeyond } from './parts.ts';

export interface FollowOptions {
  readonly path: string;
  readonly maxFiles: number;
  /** The current file, read up to `at`; closed in the end. `undefined`: there is none yet. */
  readonly fd: number | undefined;
  readonly at: number;
  readonly entries: Entries;
  readonly emitter: Emitter;
  readonly changes: Changes;
  readonly signal: AbortSignal | undefined;
  readonly stopped: AbortSignal | undefined;
}

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

/** The file that was written after the one with this inode: the current one, or one that was rotated meanwhile. */
function nextPath({ path, maxFiles }: FollowOptions, inode: number): string {
  for (let age = 1; age < maxFiles; age += 1) {
    if (inodeOf(rotatedPath(path, age)) === inode) return rotatedPath(path, age - 1);
  }
  return path;
}

/** Goes on with what is written from now on, over rotations, until the container has stopped. */
export async function* follow(options: FollowOptions): AsyncGenerator<Buffer> {
  const { path, entries, emitter, changes, signal, stopped } = options;
  let fd = options.fd;
  let at = options.at;
  try {
    while (!signal?.aborted) {
      // Looked at before reading: what was written before it is read now.
      const last = stopped?.aborted === true;
      fd ??= openForReading(path);
      const rotated = fd !== undefined && inodeOf(path) !== fstatSync(fd).ino;
      for (;;) {
        const bytes = fd === undefined ? Buffer.alloc(0) : await readBeyond(fd, at);
        if (bytes.length === 0 || signal?.aborted) break;
        at += bytes.length;
        emitter.expect(bytes.length);
        const more = entries.push(bytes, emitter.add);
        const output = emitter.take();
        if (output !== undefined) yield output;
        if (!more) return;
      }
      if (rotated && fd !== undefined) {
        const next = openForReading(nextPath(options, fstatSync(fd).ino));
        closeSync(fd);
        fd = next;
        at = 0;
        entries.reset();
        continue;
      }
      // A log that was truncated by hand begins anew.
      if (fd !== undefined && fstatSync(fd).size < at) at = 0;
      else if (last) return;
      else await changes.wait();
    }
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
