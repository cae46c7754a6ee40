import type { ServerResponse } from 'node:http';
import type { ByteRange, OpenObject } from '../storage/contract.ts';

export type Headers = Readonly<Record<string, string | number | readonly string[]>>;

/** Every answer of the API has it: old clients look for it to tell a registry of the second version. */
export const apiVersion = { 'docker-distribution-api-version': 'registry/2.0' } as const;

const always = { ...apiVersion, 'x-content-type-options': 'nosniff' } as const;

/** An answer without a body. */
export function answerEmpty(response: ServerResponse, status: number, headers: Headers = {}): void {
  const length = status === 204 || status === 304 ? {} : { 'content-length': 0 };
  response.writeHead(status, { ...always, ...length, ...headers });
  response.end();
}

/** An answer that is all there; a `HEAD` gets its headers. */
export function answerBytes(
  response: ServerResponse,
  status: number,
  headers: Headers,
  body: Uint8Array,
): void {
  response.writeHead(status, { ...always, 'content-length': body.length, ...headers });
  if (response.req.method === 'HEAD') response.end();
  else response.end(body);
}

export const answerJson = (
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Headers = {},
): void =>
  answerBytes(
    response,
    status,
    { 'content-type': 'application/json; charset=utf-8', ...headers },
    Buffer.from(`${JSON.stringify(value)}\n`),
  );

/** What is thrown where there is nobody to answer any more. */
export const GONE = 'the client went away';

/** Bytes of a stored object at the speed of the slower side. Rejects where the client goes away. */
export async function answerObject(
  response: ServerResponse,
  status: number,
  headers: Headers,
  object: OpenObject,
  range: ByteRange,
): Promise<void> {
  response.writeHead(status, { ...always, 'content-length': range.end - range.start, ...headers });
  // The callback does not come for what was still waiting when the connection broke.
  const waiting = new Set<(error: Error) => void>();
  response.once('close', () => {
    for (const fail of waiting) fail(new Error(GONE));
  });
  await object.send(
    range,
    (piece) =>
      new Promise<void>((resolve, reject) => {
        if (response.destroyed) return reject(new Error(GONE));
        waiting.add(reject);
        response.write(piece, (error) => {
          waiting.delete(reject);
          if (error) reject(error);
          else resolve();
        });
      }),
  );
  response.end();
}
