/** Request bodies: content type, size, JSON. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { cancelled, invalid } from '../../errors/minke-error.ts';
import { decode } from '../../kit/json/decode.ts';
import { parseJson } from '../../kit/json/parse.ts';
import type { BodyRule } from '../route.ts';

/** Far above what clients send; a body is held in memory whole. */
export const maxJsonBytes = 16 * 1024 * 1024;

const mediaType = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+(?:\/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?)\s*(?:;|$)/;

/** Throws `invalid` unless the header says JSON; none is fine where there is no body. */
export function checkJsonType(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'] ?? '';
  const empty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  if (type === '' && empty) return;
  const found = mediaType.exec(type)?.[1]?.toLowerCase();
  if (found === undefined)
    throw invalid(
      `malformed Content-Type header (${type}): mime: ${type === '' ? 'no media type' : 'invalid media type'}`,
    );
  if (found !== 'application/json')
    throw invalid(`unsupported Content-Type header (${type}): must be 'application/json'`);
}

/** All of a body, up to `limit` bytes; the rest of a larger one is not read. */
export function collect(body: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (act: () => void) => {
      body.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      act();
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) chunks.push(chunk);
      else settle(() => reject(invalid(`request body is larger than ${limit} bytes`)));
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    const onError = (error: Error) =>
      settle(() => reject(cancelled(`reading the request body: ${error.message}`, error)));
    const onClose = () =>
      settle(() => reject(cancelled('the client went away while sending the request body')));
    body.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

/** A JSON body judged by its rule. Nothing at all counts as `{}`, unless the rule wants something. */
export function readJsonBody<T>(rule: Extract<BodyRule<T>, { kind: 'json' }>, bytes: Buffer): T {
  if (bytes.length === 0 && !rule.required) return decode(rule.schema, {});
  const value = parseJson(bytes.toString('utf8'));
  return decode(rule.schema, value ?? (rule.required ? value : {}));
}
