/**
 * The one error class that crosses layers. `kind` is closed: `api/` maps it to an HTTP status in one place, the
 * command line maps it to an exit code in one place. The message is what a client reads, so it follows Docker's
 * wording where clients match on it.
 */
export type ErrorKind =
  | 'invalid' // 400: the request can't be understood or makes no sense
  | 'unauthorized' // 401
  | 'forbidden' // 403: understood, and never allowed in this state
  | 'not-found' // 404
  | 'conflict' // 409: clashes with the state of the object
  | 'not-modified' // 304: the object already is in the wanted state
  | 'unavailable' // 503: a facility is missing for now (swarm off, keeper restarting)
  | 'not-implemented' // 501
  | 'cancelled' // the caller went away or aborted
  | 'deadline' // a limit of time ran out
  | 'internal'; // 500: our fault or the host's

export class MinkeError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'MinkeError';
    this.kind = kind;
  }
}

type Make = (message: string, cause?: unknown) => MinkeError;
const maker =
  (kind: ErrorKind): Make =>
  (message, cause) =>
    new MinkeError(kind, message, cause === undefined ? undefined : { cause });

export const invalid = maker('invalid');
export const forbidden = maker('forbidden');
export const notFound = maker('not-found');
export const conflict = maker('conflict');
export const notModified = maker('not-modified');
export const unavailable = maker('unavailable');
export const notImplemented = maker('not-implemented');
export const cancelled = maker('cancelled');
export const deadline = maker('deadline');
export const internal = maker('internal');

/** True where `error` is ours and of that kind. */
export const isKind = (error: unknown, kind: ErrorKind): error is MinkeError =>
  error instanceof MinkeError && error.kind === kind;

/** The `code` of a Node system error (`ENOENT`, `EPERM`, …), else `undefined`. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** The message of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
