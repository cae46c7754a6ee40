/** A tree as a tar, in chunks. Synchronous: pulled in a worker thread. */
import { invalid } from '../../errors/minke-error.ts';
import { encodeHeader, endOfArchive, type TarWriteHeader } from '../../kit/tar/encode-header.ts';
import { paddingOf, type typeflags } from '../../kit/tar/header.ts';
import { nameFromBytes, nameLength } from '../../kit/tar/name-bytes.ts';
import { SystemError } from '../ffi/libc.ts';
import { closeFd, openAt, readAt, readLinkBytesAt, tryOpenAt } from '../safepath/calls.ts';
import { type FileStat, statFd, tryStatAt } from '../safepath/file-stat.ts';
import {
  O_DIRECTORY,
  O_NONBLOCK,
  O_RDONLY,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFREG,
} from '../safepath/flags.ts';
import { sortedNamesAt } from '../safepath/read-directory.ts';
import { Output } from './output.ts';
import { packXattrs } from './pack-xattrs.ts';

const types = new Map<number, keyof typeof typeflags>([
  [S_IFREG, 'file'],
  [S_IFDIR, 'directory'],
  [S_IFLNK, 'symlink'],
  [S_IFCHR, 'character'],
  [S_IFBLK, 'block'],
  [S_IFIFO, 'fifo'],
]);

const ENOENT = 2;
const ENOTDIR = 20;
const ELOOP = 40;
const ENXIO = 6;
const maxPath = 4096;

/** One name in an open directory, on its way into the archive. */
export interface PackItem {
  readonly dir: number;
  readonly name: string;
  /** In the archive, without a trailing slash. */
  readonly path: string;
  readonly stat: FileStat;
}

export interface PackFilter {
  /** Entries of its own instead of the item; null: the item is packed as it is. */
  replace?(item: PackItem): TarWriteHeader | null;
  /** False leaves the item, and what is below it, out. */
  includes?(item: PackItem): boolean;
  /** More entries behind a directory's own, before what is in it. `dir` is the directory, open. */
  inDirectory?(dir: number, path: string, stat: FileStat): readonly TarWriteHeader[];
}

export class Packer {
  readonly #output = new Output();
  /** First name of each inode with several. */
  readonly #inodes = new Map<string, string>();
  readonly #filter: PackFilter;

  constructor(filter: PackFilter = {}) {
    this.#filter = filter;
  }

  /** What is in `dir`, below `prefix` (null: names alone). */
  *directory(dir: number, prefix: string | null): Generator<Buffer> {
    for (const name of sortedNamesAt(dir)) {
      const stat = tryStatAt(dir, name);
      // Gone since the directory was read.
      if (stat === null) continue;
      yield* this.item({ dir, name, path: prefix === null ? name : `${prefix}/${name}`, stat });
    }
  }

  /** One name and, of a directory, all below it. */
  *item(item: PackItem): Generator<Buffer> {
    const { dir, name, path, stat } = item;
    if (this.#filter.includes?.(item) === false) return;
    const replaced = this.#filter.replace?.(item) ?? null;
    if (replaced !== null) {
      yield* this.#output.write(encodeHeader(replaced));
      return;
    }
    // Sockets have no place in a tar.
    const type = types.get(stat.type);
    if (type === undefined) return;
    if (path.length * 4 > maxPath && nameLength(path) > maxPath)
      throw invalid(`path too long for an archive: ${path.slice(0, 100)}…`);
    if (type === 'file') yield* this.#file(item);
    else if (type === 'directory') yield* this.#subdirectory(item);
    else {
      const linkname = type === 'symlink' ? targetOf(dir, name) : '';
      if (linkname === null) return;
      yield* this.#output.write(
        encodeHeader({
          ...common(path, stat, { dir, name }),
          type,
          linkname,
          devmajor: type === 'fifo' || type === 'symlink' ? 0 : stat.rdevMajor,
          devminor: type === 'fifo' || type === 'symlink' ? 0 : stat.rdevMinor,
        }),
      );
    }
  }

  /** Entries without content. */
  *headers(headers: readonly TarWriteHeader[]): Generator<Buffer> {
    for (const header of headers) yield* this.#output.write(encodeHeader(header));
  }

  *end(): Generator<Buffer> {
    yield* this.#output.write(endOfArchive);
    yield* this.#output.rest();
  }

  *#subdirectory({ dir, name, path }: PackItem): Generator<Buffer> {
    const fd = tryOpenAt(dir, name, O_RDONLY | O_DIRECTORY);
    // It became something else since: as gone as any other name.
    if (fd === -ENOENT || fd === -ENOTDIR || fd === -ELOOP) return;
    if (fd < 0) openAt(dir, name, O_RDONLY | O_DIRECTORY);
    try {
      const stat = statFd(fd);
      yield* this.#output.write(encodeHeader({ ...common(`${path}/`, stat, { fd }), type: 'directory' }));
      yield* this.headers(this.#filter.inDirectory?.(fd, path, stat) ?? []);
      yield* this.directory(fd, path);
    } finally {
      closeFd(fd);
    }
  }

  *#file({ dir, name, path }: PackItem): Generator<Buffer> {
    // A FIFO or device that took the file's place must not block us.
    const fd = tryOpenAt(dir, name, O_RDONLY | O_NONBLOCK);
    if (fd === -ENOENT || fd === -ELOOP || fd === -ENXIO) return;
    if (fd < 0) openAt(dir, name, O_RDONLY | O_NONBLOCK);
    try {
      const stat = statFd(fd);
      if (stat.type !== S_IFREG) return;
      if (stat.identity !== '') {
        const first = this.#inodes.get(stat.identity);
        if (first !== undefined) {
          yield* this.#output.write(
            encodeHeader({ ...common(path, stat, null), type: 'link', linkname: first }),
          );
          return;
        }
        this.#inodes.set(stat.identity, path);
      }
      yield* this.#output.write(
        encodeHeader({ ...common(path, stat, { fd }), type: 'file', size: stat.size }),
      );
      yield* this.#content(fd, stat.size);
    } finally {
      closeFd(fd);
    }
  }

  /** Exactly `size` bytes: a file that shrinks meanwhile is filled up with zeros, as GNU tar does. */
  *#content(fd: number, size: number): Generator<Buffer> {
    const output = this.#output;
    for (let done = 0; done < size; ) {
      const count = readAt(fd, output.space(size - done), done);
      if (count === 0) {
        yield* output.zeros(size - done);
        break;
      }
      done += count;
      yield* output.advance(count);
    }
    yield* output.zeros(paddingOf(size));
  }
}

/** Null where the name is no link any more. */
function targetOf(dir: number, name: string): string | null {
  try {
    return nameFromBytes(readLinkBytesAt(dir, name));
  } catch (error) {
    if (error instanceof SystemError && (error.code === 'EINVAL' || error.code === 'ENOENT')) return null;
    throw error;
  }
}

/** Times in whole seconds, as Docker writes them. */
function common(
  name: string,
  stat: FileStat,
  xattrs: { fd: number } | { dir: number; name: string } | null,
): Omit<TarWriteHeader, 'type'> {
  return {
    name,
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    mtime: { seconds: stat.mtime.seconds, nanoseconds: 0 },
    ...(xattrs === null ? {} : { xattrs: packXattrs(xattrs) }),
  };
}

/** @param dir O_PATH descriptor of the directory to pack, the caller's */
export function* packDirectory(dir: number, filter?: PackFilter): Generator<Buffer> {
  const packer = new Packer(filter);
  yield* packer.directory(dir, null);
  yield* packer.end();
}

/** One name below `dir` (or `.`) and all below it, called `path` in the archive. */
export function* packItem(dir: number, name: string, path: string): Generator<Buffer> {
  const packer = new Packer();
  const stat = tryStatAt(dir, name);
  if (stat !== null) yield* packer.item({ dir, name, path, stat });
  yield* packer.end();
}
