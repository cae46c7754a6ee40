import { invalid, isKind, MinkeError, notFound, systemCode } from '../../../errors/minke-error.ts';

/** Why a path of the client's leads nowhere, in the words of a failed lstat(2). */
const reasons: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOTDIR', 'not a directory'],
  ['ENAMETOOLONG', 'file name too long'],
  ['EINVAL', 'invalid argument'],
]);

/**
 * An error of the host, as clients know it.
 * @param ref what the client called the container
 */
export function explained(error: unknown, path: string, ref: string): unknown {
  if (isKind(error, 'not-found')) {
    return notFound(`Could not find the file ${path} in container ${ref}`, error);
  }
  const code = error instanceof MinkeError ? systemCode(error.cause) : undefined;
  if (code === 'ELOOP') return invalid(`evalSymlinksInScope: too many links in ${path}`, error);
  const reason = reasons.get(code);
  return reason === undefined ? error : invalid(`lstat ${path}: ${reason}`, error);
}
