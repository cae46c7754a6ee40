import { finished, Readable } from 'node:stream';
import { invalid } from '../../../errors/minke-error.ts';
import type { ExtractOptions, PathStat } from '../../../host/archive/contract.ts';
import { decompress, type ExternalDecompressor } from '../../../kit/compression/decompress.ts';
import { announce, type Context } from '../context.ts';
import type { LiveContainer } from '../live/container.ts';
import { explained } from './explain.ts';
import { type ContainerFiles, openFiles } from './files.ts';
import { ownerFor } from './owner.ts';
import { S_IFDIR } from './path-stat.ts';
import { absolute } from './paths.ts';

export interface WriteOptions {
  /** Refuse a directory in place of a file and the other way round. */
  readonly noOverwriteDirNonDir: boolean;
  /** Files become the user's that the container runs as, where it names one. */
  readonly copyUidGid: boolean;
}

function checkTarget({ type, readOnly, onRoot }: PathStat): void {
  if (type !== S_IFDIR) throw invalid('extraction point is not a directory');
  if (readOnly) {
    throw invalid(onRoot ? 'container rootfs is marked read-only' : 'mounted volume is marked read-only');
  }
}

/**
 * The same bytes; destroying it leaves `tar` as it is: that may be a request's body, and its connection is still to
 * carry the answer.
 */
function detached(tar: Readable): Readable {
  const onData = (chunk: Buffer): void => {
    if (!own.push(chunk)) tar.pause();
  };
  const own = new Readable({
    read: () => void tar.resume(),
    destroy: (error, done) => {
      forget();
      tar.off('data', onData);
      done(error);
    },
  });
  const forget = finished(tar, { writable: false }, (error) => {
    if (error == null) own.push(null);
    else own.destroy(error);
  });
  tar.on('data', onData).pause();
  return own;
}

async function extract(
  { tree }: ContainerFiles,
  tar: Readable,
  path: string,
  options: Pick<ExtractOptions, 'ownership' | 'noOverwriteDirNonDir'>,
  decompressor?: ExternalDecompressor,
): Promise<void> {
  // In the engine, before anything of it comes near the container's files (CVE-2026-41567).
  const { stream, compression } = await decompress(detached(tar), decompressor);
  await tree.extract(stream, path, {
    whiteouts: 'literal',
    links: 'in-root',
    absoluteNames: 'below-root',
    keepRoot: true,
    // A decompressor may keep what it gave.
    ownedChunks: compression === 'none',
    ...options,
  });
}

/**
 * Unpacks a tar (plain, gzip, zstd; xz and bzip2 where the host can) into a directory of the container; a link to one
 * is followed. @throws not-found, invalid
 */
export async function writeArchive(
  context: Context,
  container: LiveContainer,
  ref: string,
  path: string,
  tar: Readable,
  options: WriteOptions,
): Promise<void> {
  const { noOverwriteDirNonDir, copyUidGid } = options;
  try {
    const files = await openFiles(context, container);
    try {
      const place = absolute(path);
      const target = await files.tree.stat(place, { follow: true }).catch((error: unknown) => {
        throw explained(error, path, ref);
      });
      checkTarget(target);
      const ownership = copyUidGid ? ownerFor(context, container, files.tree.root) : 'archive';
      await extract(files, tar, place, { noOverwriteDirNonDir, ownership }, context.decompressor);
    } finally {
      files.release();
    }
  } finally {
    // Nobody wants what is left after a failure, but a client that still sends must be able to come to its end.
    tar.resume();
  }
  announce(context, container, 'extract-to-dir');
}
