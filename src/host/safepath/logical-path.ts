/** Where a path leads inside a root, as a path: for showing, never for opening. */
import { nameFromBytes } from '../../kit/tar/name-bytes.ts';
import { SystemError } from '../ffi/libc.ts';
import { closeFd, readLinkBytesAt } from './calls.ts';
import { statFd } from './file-stat.ts';
import { O_PATH, S_IFLNK } from './flags.ts';
import { tryOpenBelow } from './resolve.ts';

const ELOOP = 40;
const maxLinks = 40;

function linkTarget(root: number, path: string): string | null {
  const fd = tryOpenBelow(root, path, O_PATH, { links: 'in-root' });
  if (fd < 0) return null;
  try {
    return statFd(fd).type === S_IFLNK ? nameFromBytes(readLinkBytesAt(fd, '')) : null;
  } finally {
    closeFd(fd);
  }
}

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

/** Absolute, without links; parts that do not exist stay as they are. Throws SystemError ELOOP. */
export function logicalPath(root: number, path: string): string {
  const todo = parts(path);
  let done: string[] = [];
  let links = 0;
  for (let part = todo.shift(); part !== undefined; part = todo.shift()) {
    if (part === '..') {
      done.pop();
      continue;
    }
    const target = linkTarget(root, [...done, part].join('/'));
    if (target === null) {
      done.push(part);
      continue;
    }
    if (++links > maxLinks) throw new SystemError('open', ELOOP, JSON.stringify(path));
    if (target.startsWith('/')) done = [];
    todo.unshift(...parts(target));
  }
  return `/${done.join('/')}`;
}
