/** Requests to a registry, without anything that a client library would add or hide. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { systemCode } from '../../../src/errors/minke-error.ts';
import { type Digest, sha256 } from '../../../src/wire/digest.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body as JSON. */
  json<T = unknown>(): T;
  /** The first error's code; '' where there is none. */
  readonly code: string;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

export type Ask = (method: string, path: string, options?: AskOptions) => Promise<Answer>;

const isStream = (body: NonNullable<AskOptions['body']>): body is AsyncIterable<Uint8Array> =>
  typeof body !== 'string' && !(body instanceof Uint8Array);

/** @param address `127.0.0.1:5000` */
export function asker(address: string): { readonly ask: Ask; close(): void } {
  const agent = new Agent({ keepAlive: true });
  const url = new URL(`http://${address}`);
  const ask: Ask = (method, path, options = {}) =>
    new Promise((resolve, reject) => {
      const { body } = options;
      const length =
        body === undefined || isStream(body) ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const outgoing = request(
        {
          host: url.hostname,
          port: url.port,
          agent,
          method,
          path,
          headers: {
            ...(body === undefined && method !== 'GET' ? { 'content-length': '0' } : length),
            ...options.headers,
          },
        },
        (incoming) => {
          buffer(incoming).then(
            (bytes) => resolve(answerOf(incoming.statusCode ?? 0, incoming.headers, bytes)),
            reject,
          );
        },
      );
      outgoing.once('error', (error) => {
        // Closed as idle by the registry just when it was used again: nobody saw the request.
        const unseen = outgoing.reusedSocket && systemCode(error) === 'ECONNRESET';
        if (unseen && (body === undefined || !isStream(body))) resolve(ask(method, path, options));
        else reject(error);
      });
      if (body !== undefined && isStream(body)) {
        void (async () => {
          for await (const piece of body) {
            if (!outgoing.write(piece)) await new Promise((drained) => outgoing.once('drain', drained));
          }
          outgoing.end();
        })().catch((error: Error) => outgoing.destroy(error));
      } else outgoing.end(body);
    });
  return { ask, close: () => agent.destroy() };
}

function answerOf(status: number, headers: IncomingHttpHeaders, body: Buffer): Answer {
  const json = <T>(): T => JSON.parse(body.toString());
  let code = '';
  if (status >= 400 && body.length > 0 && headers['content-type']?.includes('json')) {
    code = json<{ errors: { code: string }[] }>().errors[0]?.code ?? '';
  }
  return { status, headers, body, json, code };
}

/** Pushes a blob in one go; its digest. */
export async function pushBlob(ask: Ask, name: string, content: string | Uint8Array): Promise<Digest> {
  const digest = sha256(content);
  const answer = await ask('POST', `/v2/${name}/blobs/uploads/?digest=${digest}`, { body: content });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.body}`);
  return digest;
}

export const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/** An image manifest over blobs; `more` goes into it. */
export const manifestOf = (config: string, layers: readonly string[], more: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: { mediaType: types.config, digest: sha256(config), size: Buffer.byteLength(config) },
      layers: layers.map((layer) => ({
        mediaType: types.layer,
        digest: sha256(layer),
        size: Buffer.byteLength(layer),
      })),
      ...more,
    }),
  );

export interface PushedImage {
  readonly bytes: Buffer;
  readonly digest: Digest;
}

/** Pushes an image with one layer under a tag. */
export async function pushImage(
  ask: Ask,
  name: string,
  tag: string,
  content = 'content',
  more: object = {},
): Promise<PushedImage> {
  await pushBlob(ask, name, '{}');
  await pushBlob(ask, name, content);
  const bytes = manifestOf('{}', [content], more);
  const answer = await putManifest(ask, name, tag, bytes);
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.body}`);
  return { bytes, digest: sha256(bytes) };
}

export const putManifest = (
  ask: Ask,
  name: string,
  reference: string,
  bytes: Uint8Array,
  type: string = types.manifest,
): Promise<Answer> =>
  ask('PUT', `/v2/${name}/manifests/${reference}`, { body: bytes, headers: { 'content-type': type } });

/** Where an upload goes on. */
export async function beginUpload(ask: Ask, name: string): Promise<string> {
  const answer = await ask('POST', `/v2/${name}/blobs/uploads/`);
  if (answer.status !== 202) throw new Error(`${answer.status} ${answer.body}`);
  return answer.headers.location ?? '';
}
