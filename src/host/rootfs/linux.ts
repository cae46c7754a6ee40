import { chmodSync, chownSync, closeSync, fstatSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { invalid, notFound, systemCode } from '../../errors/minke-error.ts';
import { SystemError } from '../ffi/libc.ts';
import { closeFd, makeDirectoryAt, openTrusted, tryMakeDirectoryAt, unlinkAt } from '../safepath/calls.ts';
import { statFd, tryStatAt } from '../safepath/file-stat.ts';
import { O_DIRECTORY, O_NONBLOCK, O_PATH, O_RDONLY, S_IFDIR, S_IFREG } from '../safepath/flags.ts';
import { logicalPath } from '../safepath/logical-path.ts';
import { openBelow, tryOpenBelow } from '../safepath/resolve.ts';
import type { PinnedPath, Rootfs } from './contract.ts';

const FOLLOW = { links: 'in-root', followLast: true } as const;

function within<T>(root: string, work: (fd: number) => T): T {
  const fd = openTrusted(root, O_PATH | O_DIRECTORY);
  try {
    return work(fd);
  } finally {
    closeFd(fd);
  }
}

function readText(root: string, path: string, limit: number): string {
  return within(root, (dir) => {
    // The type is asked for before it is opened: opening a FIFO or a device may do things.
    const found = tryOpenBelow(dir, path, O_PATH, FOLLOW);
    if (found < 0) return '';
    try {
      if (statFd(found).type !== S_IFREG) return '';
    } finally {
      closeFd(found);
    }
    const fd = tryOpenBelow(dir, path, O_RDONLY | O_NONBLOCK, FOLLOW);
    if (fd < 0) return '';
    try {
      const opened = fstatSync(fd);
      if (!opened.isFile()) return '';
      const data = Buffer.alloc(Math.min(opened.size, limit) + 1);
      let length = 0;
      for (;;) {
        const count = readSync(fd, data, length, data.length - length, length);
        length += count;
        if (count === 0) break;
        if (length === data.length) throw invalid(`${path} of the container is too large`);
      }
      return data.toString('utf8', 0, length);
    } finally {
      closeSync(fd);
    }
  });
}

function secure(dir: number, name: string): void {
  const found = tryStatAt(dir, name);
  if (found !== null && found.type !== S_IFDIR) unlinkAt(dir, name);
  if (found === null || found.type !== S_IFDIR) makeDirectoryAt(dir, name, 0o755);
}

function makeFolder(root: string, path: string): void {
  within(root, (dir) => {
    // Mostly it is there.
    const found = tryOpenBelow(dir, path, O_PATH | O_DIRECTORY, FOLLOW);
    if (found >= 0) {
      closeFd(found);
      return;
    }
    let at = '';
    for (const part of logicalPath(dir, path).split('/').filter(Boolean)) {
      const parent = openBelow(dir, at, O_PATH | O_DIRECTORY, { links: 'none' });
      try {
        tryMakeDirectoryAt(parent, part, 0o755);
        at = `${at}/${part}`;
      } finally {
        closeFd(parent);
      }
    }
    closeFd(openBelow(dir, at, O_PATH | O_DIRECTORY, { links: 'none' }));
  });
}

/** In Docker's words. */
function pinFailure(root: string, path: string, errno: number): Error {
  const cause = new SystemError('openat2', errno, JSON.stringify(path));
  if (cause.code === 'EXDEV') {
    return invalid(`path concatenation escapes the base directory, base: ${root}, subpath: ${path}`, cause);
  }
  const place = join(root, path);
  const words = `cannot access path ${place}: lstat ${place}: `;
  if (cause.code === 'ENOENT') return notFound(`${words}no such file or directory`, cause);
  return invalid(`${words}${cause.code ?? errno}`, cause);
}

export const linuxRootfs: Rootfs = {
  readText,

  kind(root, path) {
    return within(root, (dir) => {
      const fd = tryOpenBelow(dir, path, O_PATH, FOLLOW);
      if (fd < 0) return null;
      try {
        const { type } = statFd(fd);
        if (type === S_IFDIR) return 'directory';
        return type === S_IFREG ? 'file' : 'other';
      } finally {
        closeFd(fd);
      }
    });
  },

  folderMode(root, path) {
    return within(root, (dir) => {
      const fd = tryOpenBelow(dir, path, O_PATH | O_DIRECTORY, FOLLOW);
      if (fd < 0) return null;
      try {
        return fstatSync(fd).mode & 0o7777;
      } finally {
        closeFd(fd);
      }
    });
  },

  resolve: (root, path) => within(root, (dir) => logicalPath(dir, path)),

  secureMountPoints(root) {
    try {
      within(root, (dir) => {
        for (const name of ['dev', 'proc', 'sys']) secure(dir, name);
      });
    } catch (error) {
      throw invalid('/dev, /proc or /sys of the image is no directory and can not be replaced', error);
    }
  },

  makeFolder(root, path) {
    try {
      makeFolder(root, path);
    } catch (error) {
      if (systemCode(error) !== 'ENOTDIR' && systemCode(error) !== 'ELOOP') throw error;
      throw invalid(`Cannot mkdir: ${path} is not a directory`, error);
    }
  },

  isEmpty: (path) => readdirSync(path).length === 0,

  copyOwner(from, to) {
    const { uid, gid, mode } = statSync(from);
    chownSync(to, uid, gid);
    chmodSync(to, mode & 0o7777);
  },

  pin(root, path): PinnedPath {
    const fd = within(root, (dir) => tryOpenBelow(dir, path, O_PATH, { links: 'beneath', followLast: true }));
    if (fd < 0) throw pinFailure(root, path, -fd);
    return { path: `/proc/${process.pid}/fd/${fd}`, release: () => closeFd(fd) };
  },
};
