/** As much of S3 as a registry uses, in memory; every signature is computed again and compared. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { authorization, type SigningKey, sha256Hex } from '../../../src/registry/storage/s3/sign.ts';
import { elements, escapeXml, textOf } from '../../../src/registry/storage/s3/xml.ts';

export const s3Key: SigningKey = { accessKey: 'AKIDEXAMPLE', secretKey: 'a/secret+key', region: 'eu-test-1' };
export const s3Bucket = 'bucket';

interface Kept {
  readonly bytes: Buffer;
  readonly modified: Date;
}
interface Multipart {
  readonly key: string;
  readonly parts: Map<number, Buffer>;
}

export interface S3Double {
  readonly endpoint: URL;
  readonly objects: Map<string, Kept>;
  readonly uploads: Map<string, Multipart>;
  /** So many of the next requests are answered with 503. */
  busy: number;
  close(): void;
}

/** Keys in one answer: small, so that lists have pages. */
const PAGE = 3;
const etag = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
const tag = (name: string, content: string): string => `<${name}>${content}</${name}>`;

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
  }
}

export async function startS3(): Promise<S3Double> {
  const objects = new Map<string, Kept>();
  const uploads = new Map<string, Multipart>();
  let ids = 0;

  const need = <T>(value: T | undefined, code: string): T => {
    if (value === undefined) throw new Refusal(404, code);
    return value;
  };

  function list(query: URLSearchParams): string {
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter');
    const after = query.get('continuation-token') ?? '';
    const rows = new Set<string>();
    for (const key of objects.keys()) {
      if (!key.startsWith(prefix)) continue;
      const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      rows.add(end < 0 ? key : key.slice(0, end + 1));
    }
    const all = [...rows].filter((row) => row > after).sort();
    const some = all.slice(0, PAGE);
    const shown = some.map((row) =>
      delimiter !== null && row.endsWith(delimiter)
        ? tag('CommonPrefixes', tag('Prefix', escapeXml(row)))
        : tag('Contents', tag('Key', escapeXml(row))),
    );
    const more = all.length > some.length;
    const next = more ? tag('NextContinuationToken', escapeXml(some.at(-1) ?? '')) : '';
    return tag('ListBucketResult', tag('IsTruncated', String(more)) + next + shown.join(''));
  }

  function bucket(query: URLSearchParams): string {
    if (!query.has('uploads')) return list(query);
    const found = [...uploads].filter(([, { key }]) => key.startsWith(query.get('prefix') ?? ''));
    const shown = found.map(([id, { key }]) =>
      tag('Upload', tag('Key', escapeXml(key)) + tag('UploadId', id)),
    );
    return tag('ListMultipartUploadsResult', shown.join(''));
  }

  function parts(upload: Multipart, query: URLSearchParams): string {
    const after = Number(query.get('part-number-marker') ?? 0);
    const all = [...upload.parts].filter(([number]) => number > after).sort(([a], [b]) => a - b);
    const some = all.slice(0, PAGE);
    const shown = some.map(([number, bytes]) =>
      tag(
        'Part',
        tag('PartNumber', String(number)) +
          tag('ETag', escapeXml(etag(bytes))) +
          tag('Size', String(bytes.length)),
      ),
    );
    const more = all.length > some.length;
    const next = more ? tag('NextPartNumberMarker', String(some.at(-1)?.[0])) : '';
    return tag('ListPartsResult', tag('IsTruncated', String(more)) + next + shown.join(''));
  }

  const sourceOf = (request: IncomingMessage): Buffer | undefined => {
    const source = request.headers['x-amz-copy-source'];
    if (typeof source !== 'string') return undefined;
    const bytes = need(
      objects.get(decodeURIComponent(source).slice(`/${s3Bucket}/`.length)),
      'NoSuchKey',
    ).bytes;
    const [, start, end] =
      /^bytes=(\d+)-(\d+)$/.exec(String(request.headers['x-amz-copy-source-range'])) ?? [];
    return start === undefined ? bytes : bytes.subarray(Number(start), Number(end) + 1);
  };

  function complete(id: string, key: string, body: Buffer): string {
    const upload = need(uploads.get(id), 'NoSuchUpload');
    const pieces = elements(body.toString(), 'Part').map((part) => {
      const bytes = need(upload.parts.get(Number(textOf(part, 'PartNumber'))), 'InvalidPart');
      if (textOf(part, 'ETag') !== etag(bytes)) throw new Refusal(400, 'InvalidPart');
      return bytes;
    });
    if (pieces.length === 0) throw new Refusal(400, 'MalformedXML');
    if (pieces.slice(0, -1).some((piece) => piece.length < 5 << 20)) throw new Refusal(400, 'EntityTooSmall');
    objects.set(key, { bytes: Buffer.concat(pieces), modified: new Date() });
    uploads.delete(id);
    return tag('CompleteMultipartUploadResult', '');
  }

  function onKey(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    query: URLSearchParams,
    body: Buffer,
  ): string | Buffer {
    const id = query.get('uploadId');
    const method = request.method ?? '';
    if (method === 'POST' && query.has('uploads')) {
      ids += 1;
      uploads.set(`id-${ids}`, { key, parts: new Map() });
      return tag('InitiateMultipartUploadResult', tag('UploadId', `id-${ids}`));
    }
    if (method === 'POST' && id !== null) return complete(id, key, body);
    if (method === 'PUT' && id !== null) {
      const bytes = sourceOf(request) ?? body;
      need(uploads.get(id), 'NoSuchUpload').parts.set(Number(query.get('partNumber')), bytes);
      response.setHeader('etag', etag(bytes));
      return tag('CopyPartResult', tag('ETag', escapeXml(etag(bytes))));
    }
    if (method === 'GET' && id !== null) return parts(need(uploads.get(id), 'NoSuchUpload'), query);
    if (method === 'DELETE') {
      if (id !== null) uploads.delete(id);
      else objects.delete(key);
      response.statusCode = 204;
      return '';
    }
    if (method === 'PUT') {
      objects.set(key, { bytes: sourceOf(request) ?? body, modified: new Date() });
      return tag('CopyObjectResult', '');
    }
    const { bytes, modified } = need(objects.get(key), 'NoSuchKey');
    response.setHeader('last-modified', modified.toUTCString());
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (start === undefined) return bytes;
    response.statusCode = 206;
    return bytes.subarray(Number(start), Number(end) + 1);
  }

  function checkSignature(
    request: IncomingMessage,
    path: string,
    query: URLSearchParams,
    body: Buffer,
  ): void {
    const given = request.headers.authorization ?? '';
    const names = /SignedHeaders=([^,]+)/.exec(given)?.[1]?.split(';') ?? [];
    const headers = new Map(names.map((name) => [name, String(request.headers[name] ?? '')]));
    const date = headers.get('x-amz-date') ?? '';
    const payload = sha256Hex(body);
    const expected = authorization(
      { method: request.method ?? '', path, query: new Map(query), headers, payload },
      s3Key,
      date,
    );
    if (given !== expected || headers.get('x-amz-content-sha256') !== payload) {
      throw new Refusal(403, 'SignatureDoesNotMatch');
    }
  }

  const double: S3Double = {
    endpoint: new URL('http://127.0.0.1'),
    objects,
    uploads,
    busy: 0,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    try {
      if (double.busy > 0) {
        double.busy -= 1;
        throw new Refusal(503, 'SlowDown');
      }
      const [path = '', search = ''] = (request.url ?? '').split('?');
      const query = new URLSearchParams(search);
      checkSignature(request, path, query, body);
      const key = decodeURIComponent(path).slice(`/${s3Bucket}/`.length);
      const content = key === '' ? bucket(query) : onKey(request, response, key, query, body);
      if (response.statusCode !== 204) response.setHeader('content-length', Buffer.byteLength(content));
      response.end(request.method === 'HEAD' ? undefined : content);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.statusCode = error.status;
      response.end(tag('Error', tag('Code', error.message)));
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  double.endpoint.port = String(address.port);
  return double;
}
