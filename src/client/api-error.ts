import { type ErrorKind, MinkeError } from '../errors/minke-error.ts';
import { isObject, type Json } from './json.ts';

const kinds: Readonly<Record<number, ErrorKind>> = {
  304: 'not-modified',
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  501: 'not-implemented',
  503: 'unavailable',
};

/** A refusal by the daemon. `reason` is its own text, `message` has Docker's prefix. */
export class ApiError extends MinkeError {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string) {
    super(
      kinds[status] ?? (status < 500 ? 'invalid' : 'internal'),
      `Error response from daemon: ${reason.trim()}`,
    );
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason.trim();
  }
}

/** Reads `{"message": …}`; a body of another kind (a proxy's page) is quoted as it is. */
export function apiError(status: number, body: string, path: string): ApiError {
  try {
    const parsed: Json = JSON.parse(body);
    if (isObject(parsed) && typeof parsed.message === 'string' && parsed.message !== '')
      return new ApiError(status, parsed.message);
  } catch {
    // not JSON
  }
  const quoted = body.trim().slice(0, 1024);
  return new ApiError(
    status,
    quoted === '' ? `request to ${path} failed with status code ${status} and no message` : quoted,
  );
}
