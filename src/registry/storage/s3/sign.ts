/** AWS Signature Version 4 (Amazon's documentation, "Authenticating Requests (AWS Signature Version 4)"). */
import { createHash, createHmac } from 'node:crypto';

export interface SigningKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

export interface RequestToSign {
  readonly method: string;
  /** Encoded, as it is sent. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case; `host` among them. */
  readonly headers: ReadonlyMap<string, string>;
  /** Hex of SHA-256 of the body, or `UNSIGNED-PAYLOAD`. */
  readonly payload: string;
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
export const sha256Hex = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex');

/** As the signature wants it: everything but letters, digits and `-._~`. */
export const encodePart = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** A key as a path; its slashes stay. */
export const encodeKey = (key: string): string => key.split('/').map(encodePart).join('/');

export const queryText = (query: ReadonlyMap<string, string>): string =>
  [...query]
    .map(([name, value]) => [encodePart(name), encodePart(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** `20260131T120000Z` */
export const amzDate = (date: Date): string => `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** The `Authorization` header. `date` is what stands in `x-amz-date`, which must be among the headers. */
export function authorization(request: RequestToSign, key: SigningKey, date: string): string {
  const names = [...request.headers.keys()].sort();
  const canonical = [
    request.method,
    request.path,
    queryText(request.query),
    ...names.map((name) => `${name}:${(request.headers.get(name) ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    request.payload,
  ].join('\n');
  const scope = `${date.slice(0, 8)}/${key.region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256Hex(canonical)].join('\n');
  const derived = ['s3', 'aws4_request'].reduce(
    (before, part) => hmac(before, part),
    hmac(hmac(`AWS4${key.secretKey}`, date.slice(0, 8)), key.region),
  );
  const signature = hmac(derived, text).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${key.accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}
