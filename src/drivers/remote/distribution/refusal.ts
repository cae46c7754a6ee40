/** Answers of registries that are no success. */
import { STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';
import { MAX_ERROR_BODY, parseRegistryErrors, registryErrorText } from '../../../wire/registry/error-body.ts';
import { PassingFailure, RegistryRefusal } from '../contract.ts';
import type { Reply } from './transport.ts';

/** At most `limit` bytes; null where there are more. The stream is at its end or destroyed. */
export async function readAtMost(body: Readable, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) return null; // leaving the loop destroys the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** So that the connection serves the next request; a long body is cut off instead. */
export async function discard(body: Readable): Promise<void> {
  await readAtMost(body, MAX_ERROR_BODY).catch(() => null);
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110, 10.2.3). */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const milliseconds = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : null;
}

const byStatus: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  403: 'DENIED',
  429: 'TOOMANYREQUESTS',
};

/** What the answer is as an error. Reads its body. */
export async function refusalOf(reply: Reply): Promise<PassingFailure | RegistryRefusal> {
  const { status, headers } = reply;
  const body = await readAtMost(reply.body, MAX_ERROR_BODY).catch(() => null);
  const [first] = parseRegistryErrors(body?.toString() ?? '');
  const plain = `received unexpected HTTP status: ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  const code = first?.code ?? byStatus[status];
  const text =
    first !== undefined
      ? registryErrorText(first)
      : code !== undefined
        ? registryErrorText({ code, message: STATUS_CODES[status]?.toLowerCase() ?? '' })
        : plain;
  if (status === 429 || status >= 500)
    return new PassingFailure(text, { after: retryAfter(headers['retry-after'], Date.now()) });
  return new RegistryRefusal(code ?? `HTTP_${status}`, text);
}
