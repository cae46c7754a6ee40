/** The directories that entries go into, each opened below the root anew. */
import { invalid } from '../../errors/minke-error.ts';
import { SystemError } from '../ffi/libc.ts';
import { closeFd, openAt } from '../safepath/calls.ts';
import { tryStatAt } from '../safepath/file-stat.ts';
import { O_DIRECTORY, O_PATH, S_IFLNK } from '../safepath/flags.ts';
import { logicalPath } from '../safepath/logical-path.ts';
import { tryOpenBelow } from '../safepath/resolve.ts';
import type { ResolveOptions } from '../safepath/resolve-options.ts';

/** Where an entry goes: an open directory and a name in it. */
export interface Place {
  readonly dir: number;
  readonly name: string;
  /** Below the root, cleaned. */
  readonly path: string;
}

export interface ParentMaker {
  /** Makes a directory that no entry told of; answers a descriptor of it. */
  makeImplied(place: Place): number;
  /** What lies there is only a mark that something was removed. */
  isGone(dir: number, name: string): boolean;
}

const ENOENT = 2;
const ENOTDIR = 20;
const ELOOP = 40;

export class Parents {
  readonly #root: number;
  readonly #options: ResolveOptions;
  readonly #maker: ParentMaker;
  #dir = -1;
  #path = '';

  constructor(root: number, links: ResolveOptions['links'], maker: ParentMaker) {
    this.#root = root;
    this.#options = { links, followLast: true };
    this.#maker = maker;
  }

  /** Missing ones are made. The descriptor stays ours and is good until the next call. */
  open(parts: readonly string[], path: string): number {
    if (this.#dir !== -1 && this.#path === path) return this.#dir;
    let fd = this.#try(path);
    if (fd === -ENOENT || fd === -ENOTDIR) fd = this.#make(parts);
    if (fd < 0) throw unreachable(-fd, path);
    this.remember(fd, path);
    return fd;
  }

  /** One that must be there; the descriptor is the caller's. */
  existing(path: string): number {
    const fd = this.#try(path);
    if (fd < 0) throw unreachable(-fd, path);
    return fd;
  }

  /** Takes a descriptor over: what comes next most likely goes into this directory. */
  remember(fd: number, path: string): void {
    this.close();
    this.#dir = fd;
    this.#path = path;
  }

  close(): void {
    if (this.#dir !== -1) closeFd(this.#dir);
    this.#dir = -1;
  }

  #try(path: string): number {
    return tryOpenBelow(this.#root, path, O_PATH | O_DIRECTORY, this.#options);
  }

  #make(parts: readonly string[]): number {
    let dir = openAt(this.#root, '.', O_PATH | O_DIRECTORY);
    let path = '';
    for (const name of parts) {
      path = path === '' ? name : `${path}/${name}`;
      let next = this.#try(path);
      try {
        if (next === -ENOENT && this.#isLink(dir, name)) next = this.#makeBehind(path);
        else if (next === -ENOENT || (next === -ENOTDIR && this.#maker.isGone(dir, name)))
          next = this.#maker.makeImplied({ dir, name, path });
      } finally {
        closeFd(dir);
      }
      if (next < 0) return next;
      dir = next;
    }
    return dir;
  }

  #isLink(dir: number, name: string): boolean {
    return this.#options.links === 'in-root' && tryStatAt(dir, name)?.type === S_IFLNK;
  }

  /** A link to what is not there yet stays, and what it leads to is made. */
  #makeBehind(path: string): number {
    const parts = logicalPath(this.#root, path).split('/').filter(Boolean);
    // Changed this very moment by somebody else.
    return parts.join('/') === path ? -ENOTDIR : this.#make(parts);
  }
}

function unreachable(errno: number, path: string): Error {
  if (errno === ELOOP || errno === ENOTDIR)
    return invalid(`it passes through ${JSON.stringify(path)}, which is a symbolic link or no directory`);
  return new SystemError('openat', errno, JSON.stringify(path));
}
