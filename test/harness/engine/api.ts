/** The Engine API over a unix socket, just enough for tests to speak it raw. */
import { request } from 'node:http';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as it came. */
  readonly bytes: Buffer;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function api(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
  timeout = 300_000,
): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const raw = body instanceof Uint8Array;
    const payload = body === undefined ? undefined : raw ? body : JSON.stringify(body);
    const type = raw ? 'application/x-tar' : 'application/json';
    const call = request({
      socketPath,
      method,
      path,
      agent: false,
      headers: payload === undefined ? {} : { 'content-type': type },
      signal: AbortSignal.timeout(timeout),
    });
    call.once('error', reject);
    call.once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (bytes: Buffer) => parts.push(bytes));
      response.once('error', reject);
      response.once('end', () => {
        const bytes = Buffer.concat(parts);
        const text = bytes.toString();
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, text, bytes, json: parsed(text) });
      });
    });
    call.end(payload);
  });
}
