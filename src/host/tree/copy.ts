/** A faithful copy of a tree: owners, modes, times, links, attributes, holes left to the filesystem. */
import { internal } from '../../errors/minke-error.ts';
import { nameFromBytes } from '../../kit/tar/name-bytes.ts';
import { SystemError } from '../ffi/libc.ts';
import {
  closeFd,
  copyRange,
  linkAt,
  makeDirectoryAt,
  makeNodeAt,
  openAt,
  openTrusted,
  readAt,
  readLinkBytesAt,
  setMode,
  setModeOfPath,
  setOwner,
  setOwnerAt,
  setTimes,
  setTimesAt,
  symlinkAt,
  writeAll,
} from '../safepath/calls.ts';
import { type FileStat, statAt, statFd } from '../safepath/file-stat.ts';
import {
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_WRONLY,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  S_IFSOCK,
} from '../safepath/flags.ts';
import { namesAt } from '../safepath/read-directory.ts';
import { openBelow } from '../safepath/resolve.ts';
import { getXattr, listXattrs, setXattr, type XattrSubject } from '../xattr/xattr.ts';

function copyXattrs(from: XattrSubject, to: XattrSubject): void {
  for (const name of listXattrs(from)) {
    const value = getXattr(from, name);
    if (value === null) continue;
    try {
      setXattr(to, name, value);
    } catch (error) {
      const code = error instanceof SystemError ? error.code : '';
      if (code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'EPERM') throw error;
    }
  }
}

const unsupported = new Set(['EXDEV', 'EINVAL', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP', 'EPERM']);

function copyContent(from: number, to: number, size: number): void {
  if (size === 0) return;
  try {
    for (let left = size; left > 0; ) {
      const count = copyRange(from, to, left);
      if (count === 0) return;
      left -= count;
    }
    return;
  } catch (error) {
    if (!(error instanceof SystemError) || !unsupported.has(error.code)) throw error;
  }
  const buffer = Buffer.allocUnsafe(Math.min(size, 1 << 20));
  for (let at = 0; ; ) {
    const count = readAt(from, buffer, at);
    if (count === 0) return;
    writeAll(to, buffer.subarray(0, count));
    at += count;
  }
}

class Copy {
  readonly #from: number;
  readonly #to: number;
  /** First path in the copy of each inode with several names. */
  readonly #inodes = new Map<string, string>();

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  run(): void {
    this.#directory(this.#from, this.#to, '');
    const from = openAt(this.#from, '.', O_RDONLY | O_DIRECTORY);
    const to = openAt(this.#to, '.', O_RDONLY | O_DIRECTORY);
    try {
      this.#furnish(from, to, statFd(from));
    } finally {
      closeFd(from);
      closeFd(to);
    }
  }

  #directory(from: number, to: number, prefix: string): void {
    for (const name of namesAt(from)) this.#name(from, to, name, `${prefix}/${name}`);
  }

  #name(from: number, to: number, name: string, path: string): void {
    const stat = statAt(from, name);
    if (stat.identity !== '') {
      const first = this.#inodes.get(stat.identity);
      if (first !== undefined) {
        this.#link(first, to, name);
        return;
      }
    }
    if (stat.type === S_IFREG) this.#file(from, to, name);
    else if (stat.type === S_IFDIR) this.#subdirectory(from, to, name, path);
    else this.#special(from, to, name, stat);
    if (stat.identity !== '') this.#inodes.set(stat.identity, path);
  }

  #subdirectory(from: number, to: number, name: string, path: string): void {
    makeDirectoryAt(to, name, 0o700);
    const old = openAt(from, name, O_RDONLY | O_DIRECTORY);
    const made = openAt(to, name, O_RDONLY | O_DIRECTORY);
    try {
      this.#directory(old, made, path);
      this.#furnish(old, made, statFd(old));
    } finally {
      closeFd(old);
      closeFd(made);
    }
  }

  #link(first: string, to: number, name: string): void {
    const slash = first.lastIndexOf('/');
    const dir = openBelow(this.#to, first.slice(0, slash), O_PATH | O_DIRECTORY, { links: 'none' });
    try {
      linkAt(dir, first.slice(slash + 1), to, name);
    } finally {
      closeFd(dir);
    }
  }

  #file(from: number, to: number, name: string): void {
    const old = openAt(from, name, O_RDONLY | O_NONBLOCK);
    const made = openAt(to, name, O_WRONLY | O_CREAT | O_EXCL, 0o600);
    try {
      const stat = statFd(old);
      if (stat.type !== S_IFREG) throw internal(`${JSON.stringify(name)} changed while it was copied`);
      copyContent(old, made, stat.size);
      this.#furnish(old, made, stat);
    } finally {
      closeFd(old);
      closeFd(made);
    }
  }

  #special(from: number, to: number, name: string, stat: FileStat): void {
    // A socket is nothing without the process behind it.
    if (stat.type === S_IFSOCK) return;
    if (stat.type === S_IFLNK) symlinkAt(nameFromBytes(readLinkBytesAt(from, name)), to, name);
    else makeNodeAt(to, name, stat.type | 0o600, stat.rdevMajor, stat.rdevMinor);
    setOwnerAt(to, name, stat.uid, stat.gid);
    if (stat.type !== S_IFLNK) {
      const fd = openAt(to, name, O_PATH);
      try {
        setModeOfPath(fd, stat.mode);
      } finally {
        closeFd(fd);
      }
    }
    copyXattrs({ dir: from, name }, { dir: to, name });
    setTimesAt(to, name, stat.mtime);
  }

  #furnish(from: number, to: number, stat: FileStat): void {
    setOwner(to, stat.uid, stat.gid);
    setMode(to, stat.mode);
    copyXattrs({ fd: from }, { fd: to });
    setTimes(to, stat.mtime);
  }
}

/** `to` exists and is empty. */
export function copyTree(from: string, to: string): void {
  const old = openTrusted(from, O_PATH | O_DIRECTORY);
  try {
    const made = openTrusted(to, O_PATH | O_DIRECTORY);
    try {
      new Copy(old, made).run();
    } finally {
      closeFd(made);
    }
  } finally {
    closeFd(old);
  }
}
