/** Paths of the archive API: a trailing slash and a last `.` say something, the rest is cleaned. */
import { posix } from 'node:path';

/** Last component, as Go's filepath.Base has it: of `a/` it is `a`, of `a/.` it is `.`, of `/` it is `/`. */
export function baseOf(path: string): string {
  const plain = path.replace(/\/+$/, '');
  if (plain === '') return path === '' ? '.' : '/';
  return plain.slice(plain.lastIndexOf('/') + 1);
}

const meansItself = (path: string): boolean => baseOf(path) === '.';

/** Absolute and cleaned, with the `/`, `/.` or `/./` that it ended in. */
export function absolute(path: string): string {
  const cleaned = posix.normalize(`/${path}`).replace(/(.)\/$/, '$1');
  const self = meansItself(path) ? `${cleaned === '/' ? '' : cleaned}/.` : cleaned;
  return path.endsWith('/') && !self.endsWith('/') ? `${self}/` : self;
}
