import { accessSync, constants, statSync } from 'node:fs';
import { SystemError } from '../../ffi/libc.ts';

export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const ENOENT = 2;

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const found = new Map<string, string>();

/**
 * The absolute path of a program. Relative entries of `path` are passed over, so a name never means a file in the
 * working directory. What was found is remembered; posix_spawn says so when it has gone meanwhile.
 */
export function findProgram(name: string, path: string = systemPath): string {
  if (name.startsWith('/')) return name;
  if (name === '' || name.includes('/')) throw new SystemError('posix_spawn', ENOENT, name);
  const key = `${path}\0${name}`;
  const known = found.get(key);
  if (known !== undefined && executable(known)) return known;
  for (const folder of path.split(':')) {
    const candidate = `${folder}/${name}`;
    if (folder.startsWith('/') && executable(candidate)) {
      found.set(key, candidate);
      return candidate;
    }
  }
  throw new SystemError('posix_spawn', ENOENT, name);
}
