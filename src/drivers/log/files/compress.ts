import { constants, createReadStream, createWriteStream, openSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { openForReading } from './open.ts';

/** Replaces a rotated file by its `.gz`. Done again from the start where it was cut short. */
export async function compressFile(path: string): Promise<void> {
  const fd = openForReading(path);
  if (fd === undefined) return;
  const unfinished = `${path}.gz.tmp`;
  try {
    await rm(unfinished, { force: true });
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
    await pipeline(
      createReadStream('', { fd, autoClose: true }),
      createGzip(),
      createWriteStream('', { fd: openSync(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o640) }),
    );
    await rename(unfinished, `${path}.gz`);
    await rm(path, { force: true });
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
