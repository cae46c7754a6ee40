/**
 * Sends blobs: OCI distribution-spec 1.1, "Pushing a blob in chunks". The whole goes in one PATCH, as Docker's client
 * sends it; from where the registry has got to after a break; in smaller pieces where it finds one too large.
 */
import { counted } from '../../../kit/stream/counted.ts';
import type { Digest } from '../../../wire/digest.ts';
import { PassingFailure, RegistryRefusal, type UploadSource } from '../contract.ts';
import { discard, refusalOf } from './refusal.ts';
import type { Session } from './session.ts';
import type { Reply } from './transport.ts';

/** Bytes of a piece where the whole is too large for what stands before the registry. */
const PIECE = 10 << 20;

interface Begun {
  readonly location: URL;
  /** Bytes that the registry has. */
  readonly offset: number;
}

/** `Range: 0-N` of an upload's state: N + 1 bytes are there. */
function offsetOf(range: string | undefined): number {
  const last = /^(?:bytes=)?0-(\d+)$/.exec(range ?? '')?.[1];
  return last === undefined || last === '0' ? 0 : Number(last) + 1;
}

export class BlobUploads {
  readonly #session: Session;
  readonly #path: string;
  /** Begun and broken off, to go on with. */
  readonly #begun = new Map<Digest, URL>();
  #piece = Number.POSITIVE_INFINITY;

  constructor(session: Session, path: string) {
    this.#session = session;
    this.#path = path;
  }

  async mount(digest: Digest, from: string, signal: AbortSignal): Promise<boolean> {
    const query = new URLSearchParams({ mount: digest, from });
    const reply = await this.#session.send(
      { method: 'POST', path: `${this.#path}/blobs/uploads/?${query}` },
      signal,
    );
    if (reply.status === 201) {
      await discard(reply.body);
      return true;
    }
    if (reply.status !== 202) throw await refusalOf(reply);
    await discard(reply.body);
    // Instead it began an upload, which serves when the bytes are to come.
    this.#begun.set(digest, this.#location(reply));
    return false;
  }

  async upload(source: UploadSource, onBytes: (sent: number) => void, signal: AbortSignal): Promise<void> {
    const { digest, size } = source;
    const begun = await this.#begin(digest, signal);
    let { location, offset } = begun;
    if (offset > size) offset = 0;
    onBytes(offset);
    while (offset < size) {
      const end = Math.min(size, offset + this.#piece);
      const reply = await this.#patch(location, source, [offset, end], onBytes, signal);
      if (reply === 'too-large') continue;
      location = reply;
      this.#begun.set(digest, location);
      offset = end;
    }
    await this.#finish(location, digest, signal);
    this.#begun.delete(digest);
  }

  /** The upload that was broken off, where the registry still has it; else a new one. */
  async #begin(digest: Digest, signal: AbortSignal): Promise<Begun> {
    const known = this.#begun.get(digest);
    if (known !== undefined) {
      const reply = await this.#session.send({ method: 'GET', path: known }, signal);
      await discard(reply.body);
      if (reply.status === 204)
        return {
          location: reply.headers.location === undefined ? known : this.#location(reply),
          offset: offsetOf(reply.headers.range?.toString()),
        };
      this.#begun.delete(digest);
    }
    const reply = await this.#session.send({ method: 'POST', path: `${this.#path}/blobs/uploads/` }, signal);
    if (reply.status !== 202) throw await refusalOf(reply);
    await discard(reply.body);
    const location = this.#location(reply);
    this.#begun.set(digest, location);
    return { location, offset: 0 };
  }

  async #patch(
    location: URL,
    source: UploadSource,
    [start, end]: readonly [number, number],
    onBytes: (sent: number) => void,
    signal: AbortSignal,
  ): Promise<URL | 'too-large'> {
    const isWhole = start === 0 && end === source.size;
    const reply = await this.#session.send(
      {
        method: 'PATCH',
        path: location,
        headers: {
          'Content-Type': 'application/octet-stream',
          ...(isWhole ? {} : { 'Content-Range': `${start}-${end - 1}` }),
        },
        body: {
          size: end - start,
          open: () => counted(source.open(start), (sent) => onBytes(start + sent), end - start),
        },
      },
      signal,
    );
    if (reply.status === 413 && end - start > PIECE) {
      await discard(reply.body);
      this.#piece = PIECE;
      return 'too-large';
    }
    if (reply.status < 200 || reply.status > 299) throw await this.#refusal(reply, source.digest);
    await discard(reply.body);
    return reply.headers.location === undefined ? location : this.#location(reply);
  }

  async #finish(location: URL, digest: Digest, signal: AbortSignal): Promise<void> {
    const url = new URL(location);
    url.searchParams.set('digest', digest);
    const reply = await this.#session.send(
      { method: 'PUT', path: url, headers: { 'Content-Type': 'application/octet-stream' } },
      signal,
    );
    if (reply.status < 200 || reply.status > 299) throw await this.#refusal(reply, digest);
    await discard(reply.body);
  }

  /** An upload that the registry has forgotten, or has other bytes of, is begun anew. */
  async #refusal(reply: Reply, digest: Digest): Promise<Error> {
    const refusal = await refusalOf(reply);
    const lost =
      refusal instanceof RegistryRefusal &&
      ['BLOB_UPLOAD_UNKNOWN', 'BLOB_UPLOAD_INVALID', 'HTTP_404', 'HTTP_416', 'RANGE_INVALID'].includes(
        refusal.code,
      );
    if (lost) this.#begun.delete(digest);
    return lost ? new PassingFailure(refusal.message, { cause: refusal }) : refusal;
  }

  #location(reply: Reply): URL {
    const { location } = reply.headers;
    if (location !== undefined && URL.canParse(location, reply.url)) return new URL(location, reply.url);
    throw new RegistryRefusal('NO_LOCATION', 'the registry does not say where the upload goes');
  }
}
