import { systemCode } from '../../errors/minke-error.ts';

/** What the C library, and Go with it, calls the errors that people meet. */
const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'file exists',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
};

/** An error of the file system as Go words it: `open /x: no such file or directory`; any other as it is. */
export function fileFailure(path: string, error: unknown, call = 'open'): Error {
  const code = systemCode(error) ?? '';
  const reason = words[code];
  if (reason !== undefined)
    // A folder can be opened: only its bytes can't be read.
    return new Error(`${code === 'EISDIR' ? 'read' : call} ${path}: ${reason}`, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}
