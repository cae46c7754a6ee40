/** The one place where kinds of errors become status codes. */
import { STATUS_CODES } from 'node:http';
import { type ErrorKind, MinkeError, messageOf, systemCode } from '../../errors/minke-error.ts';

const statuses: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'not-modified': 304,
  unavailable: 503,
  'not-implemented': 501,
  cancelled: 500,
  deadline: 500,
  internal: 500,
};

export const statusOf = (error: unknown): number =>
  error instanceof MinkeError ? statuses[error.kind] : 500;

/** What is wrong with the host, in words that an operator looks for. */
const hostTroubles: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOSPC', 'no space left on device'],
  ['EDQUOT', 'disk quota exceeded'],
  ['EROFS', 'read-only file system'],
  ['EMFILE', 'too many open files'],
  ['ENFILE', 'too many open files in system'],
  ['ENOMEM', 'cannot allocate memory'],
]);

/** Only our own errors speak to clients; what else was thrown may carry paths and data. */
export const clientMessage = (error: unknown): string =>
  error instanceof MinkeError
    ? error.message
    : (hostTroubles.get(systemCode(error)) ?? `internal error: ${messageOf(error)}`);

export const reason = (status: number): string => STATUS_CODES[status] ?? '';

export const errorBody = (message: string): string => `${JSON.stringify({ message })}\n`;
