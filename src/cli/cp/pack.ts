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
  /** What becomes of a path below the root: taken, left out with all below it, or only passed through. */
  readonly pick?: (relative: string, directory: boolean) => 'take' | 'skip' | 'pass';
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
  const picked = options.pick?.(relative, type === 'directory') ?? 'take';
  if (picked === 'skip') return;
  if (picked === 'take') yield* entryOf(path, nameOf(relative, base), type, stats, options);
  if (type !== 'directory') return;
  for (const child of readdirSync(path).sort())
    yield* packOne(join(path, child), relative === '' ? child : `${relative}/${child}`, base, options);
}

function nameOf(relative: string, base: string): string {
  if (relative === '') return base;
  return base === '' || base === '.' ? relative : `${base}/${relative}`;
}

function* entryOf(
  path: string,
  name: string,
  type: TarWriteEntry['header']['type'],
  stats: BigIntStats,
  options: PackOptions,
): Generator<TarWriteEntry> {
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
  const size = Number(stats.size);
  if (type === 'directory') {
    if (name !== '') yield { header: { ...header, name: name.endsWith('/') ? name : `${name}/` } };
  } else if (type === 'symlink') yield { header: { ...header, name, linkname: readlinkSync(path) } };
  else if (type === 'file' && size > 0)
    yield {
      header: { ...header, name, size },
      body: createReadStream(path, { end: size - 1, highWaterMark: 1 << 18 }),
    };
  else if (type === 'file' || type === 'fifo') yield { header: { ...header, name } };
  else yield { header: { ...header, name, devmajor: major(stats.rdev), devminor: minor(stats.rdev) } };
}
