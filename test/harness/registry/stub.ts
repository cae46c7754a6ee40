/** A registry in this process that speaks the distribution API, and lies where a test wants it to. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server as Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

type Handler = (req: IncomingMessage, res: ServerResponse, seen: Seen) => boolean | Promise<boolean>;

export interface StubRegistry extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly url: string;
  readonly seen: Seen[];
  readonly blobs: Map<string, Buffer>;
  /** By `repository:tag` and `repository@digest`. */
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Buffer }>;
  /** Takes a request before the registry does: answers true where it dealt with it. */
  before: Handler;
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

function answer(
  res: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  body: Buffer | string = '',
): true {
  res.writeHead(status, { 'Content-Length': String(Buffer.byteLength(body)), ...headers });
  res.end(body);
  return true;
}

export const refuse = (
  res: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
): true =>
  answer(
    res,
    status,
    headers,
    JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }),
  );

export async function startStub(
  options: {
    readonly tls?: { readonly cert: string; readonly key: string };
    readonly host?: string;
    /** Where it listens, of another namespace, say; then it has no port of its own. */
    readonly socket?: Socket;
  } = {},
): Promise<StubRegistry> {
  const blobs: StubRegistry['blobs'] = new Map();
  const manifests: StubRegistry['manifests'] = new Map();
  const uploads = new Map<string, Buffer>();
  const seen: Seen[] = [];
  let count = 0;
  const stub = { before: (() => false) as Handler };

  const manifest = async (req: IncomingMessage, res: ServerResponse, name: string, ref: string) => {
    const key = ref.includes(':') ? `${name}@${ref}` : `${name}:${ref}`;
    if (req.method === 'PUT') {
      const bytes = await buffer(req);
      const stored = { mediaType: req.headers['content-type'] ?? '', bytes };
      manifests.set(key, stored).set(`${name}@${digestOf(bytes)}`, stored);
      return answer(res, 201, { 'Docker-Content-Digest': digestOf(bytes) });
    }
    const found = manifests.get(key);
    if (found === undefined) return refuse(res, 404, 'MANIFEST_UNKNOWN');
    const headers = {
      'Content-Type': found.mediaType,
      'Docker-Content-Digest': digestOf(found.bytes),
      'Content-Length': String(found.bytes.length),
    };
    return answer(res, 200, headers, req.method === 'HEAD' ? '' : found.bytes);
  };
  const blob = (req: IncomingMessage, res: ServerResponse, digest: string) => {
    const bytes = blobs.get(digest);
    if (bytes === undefined) return refuse(res, 404, 'BLOB_UNKNOWN');
    if (req.method === 'HEAD') return answer(res, 200, { 'Content-Length': String(bytes.length) });
    const start = Number(/^bytes=(\d+)-$/.exec(req.headers.range ?? '')?.[1] ?? 0);
    if (start === 0) return answer(res, 200, {}, bytes);
    if (start >= bytes.length) return answer(res, 416);
    const range = { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    return answer(res, 206, range, bytes.subarray(start));
  };
  const upload = async (
    req: IncomingMessage,
    res: ServerResponse,
    name: string,
    id: string,
    query: URLSearchParams,
  ) => {
    const location = (one: string) => ({ Location: `/v2/${name}/blobs/uploads/${one}?state=x` });
    if (req.method === 'POST') {
      const mounted = query.get('mount');
      if (mounted !== null && blobs.has(mounted)) return answer(res, 201);
      const fresh = String(++count);
      uploads.set(fresh, Buffer.alloc(0));
      return answer(res, 202, location(fresh));
    }
    const known = uploads.get(id);
    if (known === undefined) return refuse(res, 404, 'BLOB_UPLOAD_UNKNOWN');
    if (req.method === 'GET')
      return answer(res, 204, { ...location(id), Range: `0-${Math.max(0, known.length - 1)}` });
    const parts = [known];
    req.on('data', (chunk: Buffer) => {
      parts.push(chunk);
      uploads.set(id, Buffer.concat(parts));
    });
    await once(req, 'end');
    const bytes = Buffer.concat(parts);
    if (req.method === 'PATCH') return answer(res, 202, location(id));
    if (digestOf(bytes) !== query.get('digest')) return refuse(res, 400, 'DIGEST_INVALID');
    blobs.set(digestOf(bytes), bytes);
    uploads.delete(id);
    return answer(res, 201);
  };
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<unknown> => {
    const url = new URL(req.url ?? '/', 'http://x');
    const one = {
      method: req.method ?? '',
      url: req.url ?? '',
      authorization: req.headers.authorization,
      headers: req.headers,
    };
    seen.push(one);
    if (await stub.before(req, res, one)) return;
    if (url.pathname === '/v2/') return answer(res, 200);
    const match = /^\/v2\/(.+?)\/(manifests|blobs\/uploads|blobs|tags)\/(.*)$/.exec(url.pathname);
    const [, name = '', kind = '', rest = ''] = match ?? [];
    if (kind === 'manifests') return manifest(req, res, name, rest);
    if (kind === 'blobs') return blob(req, res, rest);
    if (kind === 'blobs/uploads') return upload(req, res, name, rest, url.searchParams);
    if (kind === 'tags') {
      const tags = [...manifests.keys()].flatMap((key) =>
        key.startsWith(`${name}:`) ? [key.slice(name.length + 1)] : [],
      );
      return answer(res, 200, {}, JSON.stringify({ name, tags }));
    }
    return answer(res, 404);
  };
  const onRequest = (req: IncomingMessage, res: ServerResponse): void => {
    serve(req, res).catch(() => res.destroy());
  };
  const server: Server =
    options.tls === undefined ? createServer(onRequest) : createTlsServer(options.tls, onRequest);
  if (options.socket === undefined) server.listen(0, options.host ?? '127.0.0.1');
  else server.listen(options.socket);
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  const host = `${address}:${port}`;
  return Object.assign(stub, {
    host,
    url: `http${options.tls === undefined ? '' : 's'}://${host}`,
    seen,
    blobs,
    manifests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
