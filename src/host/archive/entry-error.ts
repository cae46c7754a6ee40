import { internal, invalid, isKind, MinkeError } from '../../errors/minke-error.ts';
import type { TarHeader } from '../../kit/tar/header.ts';
import { SystemError } from '../ffi/libc.ts';

/** A failure with the entry that it is about: the archive's fault is `invalid`, the host's `internal`. */
export function entryError(error: unknown, header: TarHeader): Error {
  const name = JSON.stringify(header.name);
  if (error instanceof SystemError) {
    if (error.code === 'ELOOP' || error.code === 'EXDEV')
      return invalid(`archive entry ${name} passes through a symbolic link`, error);
    if (error.code === 'ENOENT' && header.type === 'link')
      return invalid(
        `archive entry ${name} links to ${JSON.stringify(header.linkname)}, which is not there`,
        error,
      );
    return internal(`failed to extract ${name}: ${error.message}`, error);
  }
  if (isKind(error, 'invalid') && !error.message.includes(name))
    return new MinkeError('invalid', `archive entry ${name}: ${error.message}`);
  return error instanceof Error ? error : internal(String(error));
}
