import { type BigIntStats, closeSync, fstatSync, read, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { systemCode } from '../../../errors/minke-error.ts';
import { rotatedPath } from '../files/chain.ts';
import { openForReading } from '../files/open.ts';

const readAt = promisify(read);

/** Bytes read at a time: some 1 ms of work for the main loop. */
export const readBytes = 512 * 1024;

/** One file of a chain, open. */
export interface Part {
  readonly fd: number;
  readonly inode: number;
  readonly compressed: boolean;
  /** Bytes when it was opened. */
  readonly size: number;
}

export const closeParts = (parts: readonly Part[]): void => {
  for (const { fd } of parts) closeSync(fd);
};

/** Device and inode of every file of a chain, so that a rotation in between shows. */
function glance(path: string, maxFiles: number): string {
  return Array.from({ length: maxFiles }, (_, age) => identity(rotatedPath(path, age))).join(' ');
}

function identity(path: string): string {
  const stats: BigIntStats | undefined = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? '-' : `${stats.dev}:${stats.ino}`;
}

function openPart(path: string, compressed: boolean): Part | undefined {
  const fd = openForReading(path);
  if (fd === undefined) return undefined;
  const { ino, size } = fstatSync(fd);
  return { fd, inode: ino, compressed, size };
}

/**
 * Opens a chain, oldest first. The writer knows nothing of readers, so where a rotation came in between it is opened
 * again.
 */
export function openChain(path: string, maxFiles: number): Part[] {
  for (let attempt = 0; ; attempt += 1) {
    const before = glance(path, maxFiles);
    const parts: Part[] = [];
    try {
      for (let age = maxFiles - 1; age >= 0; age -= 1) {
        const part =
          openPart(rotatedPath(path, age), false) ??
          (age > 0 ? openPart(rotatedPath(path, age, true), true) : undefined);
        if (part !== undefined) parts.push(part);
      }
    } catch (error) {
      closeParts(parts);
      throw error;
    }
    if (glance(path, maxFiles) === before || attempt === 20) return parts;
    closeParts(parts);
  }
}

/** The bytes of a part from `from` on, up to what it held when it was opened. A chunk is valid until the next one. */
export async function* chunksOf(part: Part, from = 0): AsyncGenerator<Buffer> {
  if (part.compressed) {
    yield* gunzipped(part);
    return;
  }
  let at = from;
  const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(readBytes, part.size - at)));
  while (at < part.size) {
    const { bytesRead } = await readAt(part.fd, buffer, 0, Math.min(buffer.length, part.size - at), at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* copies(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

async function* gunzipped(part: Part): AsyncGenerator<Buffer> {
  const raw = copies(chunksOf({ ...part, compressed: false }));
  const gunzip = createGunzip({ chunkSize: readBytes });
  const source = Readable.from(raw).on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk;
  } catch (error) {
    // A file that was cut short gives what it has.
    if (systemCode(error) !== 'Z_BUF_ERROR') throw error;
  } finally {
    gunzip.destroy();
    source.destroy();
  }
}

/** Reads what a file has beyond `at` now; empty at its end. */
export async function readBeyond(fd: number, at: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(64 * 1024);
  const { bytesRead } = await readAt(fd, buffer, 0, buffer.length, at);
  return buffer.subarray(0, bytesRead);
}

/** Reads `data[from…to)` of a part. */
export async function readRange(part: Part, from: number, to: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(to - from);
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await readAt(part.fd, buffer, done, buffer.length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
