import { type BigIntStats, createReadStream, readdirSync, readlinkSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TarWriteEntry } from '../../kit/tar/write-tar.ts';

const kinds: readonly (readonly [(stats: BigIntStats) => boolean, TarWriteEntry['header']['type']])[] = [
  [(stats) => stats.isFile(), 'file'],
  [(stats) => stats.isDirectory(), 'directory'],
  [(stats) => stats.isSymbolicLink(), 'symlink'],
  [(stats) => stats.isFIFO(), 'fifo'],
  [(stats) => stats.isCharacterDevice(), 'character'],
  [(stats) => stats.isBlockDevice(), 'block'],
];

const major = (device: bigint): number => Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn));
const minor = (device: bigint): number => Number((device & 0xffn) | ((device >> 12n) & ~0xffn));

export interface PackOptions {
  /** Name in the archive for a path below the root, or `undefined` to leave it out, with all below it. */
  readonly name?: (relative: string, directory: boolean) => string | undefined;
  /** Leave out owners: builds do not depend on who sends. */
  readonly anonymous?: boolean;
}

/**
 * A file or folder as entries of a tar, folders first. Names are `name` and what lies below. Sockets are left out,
 * hard links go as files of their own.
 */
export async function* packEntries(
  root: string,
  name: string,
  options: PackOptions = {},
): AsyncGenerator<TarWriteEntry> {
  yield* packOne(root, '', name, options);
}

async function* packOne(
  path: string,
  relative: string,
  base: string,
  options: PackOptions,
): AsyncGenerator<TarWriteEntry> {
  const stats = await lstat(path, { bigint: true });
  const type = kinds.find(([is]) => is(stats))?.[1];
  if (type === undefined) return;
  const plain = relative === '' ? base : base === '' || base === '.' ? relative : `${base}/${relative}`;
  const name = options.name === undefined ? plain : options.name(plain, type === 'directory');
  if (name === undefined) return;
  const header = {
    type,
    mode: Number(stats.mode & 0o7777n),
    uid: options.anonymous === true ? 0 : Number(stats.uid),
    gid: options.anonymous === true ? 0 : Number(stats.gid),
    mtime: {
      seconds: Number(stats.mtimeNs / 1_000_000_000n),
      nanoseconds: Number(stats.mtimeNs % 1_000_000_000n),
    },
  };
  if (type === 'directory') {
    if (name !== '') yield { header: { ...header, name: name.endsWith('/') ? name : `${name}/` } };
    for (const child of readdirSync(path).sort())
      yield* packOne(join(path, child), relative === '' ? child : `${relative}/${child}`, base, options);
  } else if (type === 'symlink') yield { header: { ...header, name, linkname: readlinkSync(path) } };
  else if (type === 'file') {
    const size = Number(stats.size);
    yield size === 0
      ? { header: { ...header, name, size } }
      : {
          header: { ...header, name, size },
          body: createReadStream(path, { end: size - 1, highWaterMark: 1 << 18 }),
        };
  } else if (type === 'fifo') yield { header: { ...header, name } };
  else yield { header: { ...header, name, devmajor: major(stats.rdev), devminor: minor(stats.rdev) } };
}
