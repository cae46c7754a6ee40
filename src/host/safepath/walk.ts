/** openat2(2)'s walk for kernels without it. */

import { nameFromBytes } from '../../kit/tar/name-bytes.ts';
import { SystemError } from '../ffi/libc.ts';
import { closeFd, openAt, readLinkBytesAt } from './calls.ts';
import { statFd } from './file-stat.ts';
import { O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_PATH, S_IFDIR, S_IFLNK } from './flags.ts';
import type { ResolveOptions } from './resolve-options.ts';

const ELOOP = 40;
const ENOTDIR = 20;
const EXDEV = 18;
/** MAXSYMLINKS of the kernel. */
const maxLinks = 40;

const split = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

/** Descriptors from the root (not among them) down to where the walk stands: `..` goes back to the one before. */
class Stack {
  readonly #root: number;
  readonly #fds: number[] = [];

  constructor(root: number) {
    this.#root = root;
  }

  get top(): number {
    return this.#fds.at(-1) ?? this.#root;
  }

  get depth(): number {
    return this.#fds.length;
  }

  push(fd: number): void {
    this.#fds.push(fd);
  }

  pop(): void {
    const fd = this.#fds.pop();
    if (fd !== undefined) closeFd(fd);
  }

  clear(): void {
    while (this.#fds.length > 0) this.pop();
  }
}

/** As `tryOpenBelow` (resolve.ts). */
export function walk(root: number, path: string, flags: number, options: ResolveOptions): number {
  try {
    return resolve(root, path, flags, options);
  } catch (error) {
    if (error instanceof SystemError) return -error.errno;
    throw error;
  }
}

function resolve(root: number, path: string, flags: number, options: ResolveOptions): number {
  const todo = split(path);
  const wantsDirectory = /(^|\/)\.?\/*$/.test(path);
  const stack = new Stack(root);
  const fail = (errno: number): SystemError => new SystemError('open', errno, JSON.stringify(path));
  let links = 0;
  try {
    for (;;) {
      const name = todo.shift();
      if (name === undefined) return openAt(stack.top, '.', flags & ~O_CREAT);
      if (name === '..') {
        if (options.links !== 'in-root' && stack.depth === 0) throw fail(EXDEV);
        stack.pop();
        continue;
      }
      const last = todo.length === 0;
      // A trailing slash asks for the directory behind a link.
      const keepLink = last && (flags & O_NOFOLLOW) !== 0 && !wantsDirectory;
      if (last && (flags & O_CREAT) !== 0) return openAt(stack.top, name, flags, options.mode);
      const step = openAt(stack.top, name, O_PATH);
      const { type } = statFd(step);
      if (type === S_IFLNK) {
        try {
          if (keepLink && (flags & O_PATH) === 0) throw fail(ELOOP);
          if (keepLink) return openAt(stack.top, name, flags);
          if (options.links === 'none' || ++links > maxLinks) throw fail(ELOOP);
          const target = nameFromBytes(readLinkBytesAt(step, ''));
          if (target.startsWith('/')) {
            if (options.links === 'beneath') throw fail(EXDEV);
            stack.clear();
          }
          todo.unshift(...split(target));
        } finally {
          closeFd(step);
        }
        continue;
      }
      if (last && type !== S_IFDIR) {
        closeFd(step);
        if (wantsDirectory) throw fail(ENOTDIR);
        return openAt(stack.top, name, flags);
      }
      stack.push(step);
      if (type !== S_IFDIR) throw fail(ENOTDIR);
      if (last && (flags & O_DIRECTORY) === 0 && (flags & O_PATH) === 0) return openAt(stack.top, '.', flags);
    }
  } finally {
    stack.clear();
  }
}
