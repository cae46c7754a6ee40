/** Paths that a client gives for cp, below a container's root. */
import { invalid, notFound } from '../../errors/minke-error.ts';
import { SystemError } from '../ffi/libc.ts';
import { closeFd, openAt, openTrusted } from '../safepath/calls.ts';
import { statFd } from '../safepath/file-stat.ts';
import { O_DIRECTORY, O_PATH, S_IFLNK } from '../safepath/flags.ts';
import { logicalPath } from '../safepath/logical-path.ts';
import { isReadOnly, onSameMount } from '../safepath/mount-state.ts';
import { openBelow } from '../safepath/resolve.ts';
import type { PathStat, StatOptions } from './contract.ts';

/** `path/` and `path/.` mean what a link leads to. */
const followsLast = (path: string): boolean => /(^|\/)\.?\/*$/.test(path);

const clean = (path: string): string[] => {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
};

/** The errors a client has to hear of. */
function explained(error: unknown, path: string): unknown {
  if (!(error instanceof SystemError)) return error;
  if (error.code === 'ENOENT') return notFound(`no such file or directory: ${path}`, error);
  if (error.code === 'ENOTDIR') return invalid(`not a directory: ${path}`, error);
  if (error.code === 'ELOOP' || error.code === 'ENAMETOOLONG' || error.code === 'EINVAL')
    return invalid(`${error.code}: ${path}`, error);
  return error;
}

export function withRoot<T>(root: string, work: (fd: number) => T): T {
  const fd = openTrusted(root, O_PATH | O_DIRECTORY);
  try {
    return work(fd);
  } finally {
    closeFd(fd);
  }
}

/** Opens what the path means; a symlink as last component is opened itself, unless a slash follows it. */
export function openTarget(root: number, path: string, flags: number): number {
  if (path.includes('\0')) throw invalid('path holds a NUL');
  // As Docker does, `..` is taken lexically before any link is looked at.
  const plain = `/${clean(path).join('/')}`;
  try {
    return openBelow(root, plain, flags, { links: 'in-root', followLast: followsLast(path) });
  } catch (error) {
    throw explained(error, path);
  }
}

function openFollowed(root: number, path: string): number {
  if (path.includes('\0')) throw invalid('path holds a NUL');
  const flags = O_PATH | (followsLast(path) ? O_DIRECTORY : 0);
  try {
    return openBelow(root, `/${clean(path).join('/')}`, flags, { links: 'in-root', followLast: true });
  } catch (error) {
    throw explained(error, path);
  }
}

export interface PackTarget {
  /** Descriptors of the start and, for what is no directory, of its directory; the caller's to close. */
  readonly start: number;
  readonly parent: number;
  readonly base: string;
}

/** Where packing starts. The directory is found once: the start is what has the name in that very directory. */
export function openPackTarget(root: number, path: string): PackTarget {
  const parts = clean(path);
  const base = parts.pop();
  if (base === undefined || followsLast(path))
    return { start: openTarget(root, path, O_PATH | O_DIRECTORY), parent: -1, base: '.' };
  const parent = openTarget(root, `/${parts.join('/')}/`, O_PATH | O_DIRECTORY);
  try {
    return { start: openAt(parent, base, O_PATH), parent, base };
  } catch (error) {
    closeFd(parent);
    throw explained(error, path);
  }
}

export function openExtractionTarget(root: number, path: string): number {
  try {
    return openBelow(root, `/${clean(path).join('/')}`, O_PATH | O_DIRECTORY, {
      links: 'in-root',
      followLast: true,
    });
  } catch (error) {
    if (error instanceof SystemError && error.code === 'ENOTDIR')
      throw invalid('extraction point is not a directory', error);
    throw explained(error, path);
  }
}

export function statTarget(root: number, path: string, options: StatOptions = {}): PathStat {
  const fd =
    options.follow === true
      ? openFollowed(root, path)
      : openTarget(root, path, O_PATH | (followsLast(path) && path !== '' ? O_DIRECTORY : 0));
  try {
    const stat = statFd(fd);
    const parts = clean(path);
    return {
      name: path.endsWith('/.') || path === '.' ? '.' : (parts.at(-1) ?? '/'),
      size: stat.size,
      type: stat.type,
      mode: stat.mode,
      mtime: stat.mtime,
      linkTarget: stat.type === S_IFLNK ? logicalPath(root, `/${parts.join('/')}`) : '',
      readOnly: isReadOnly(fd),
      onRoot: onSameMount(fd, root),
    };
  } catch (error) {
    throw explained(error, path);
  } finally {
    closeFd(fd);
  }
}
