import { buffer } from 'node:stream/consumers';
import { conflict, internal, invalid } from '../../../errors/minke-error.ts';
import type { ByteRange, Entry, ObjectStat, OpenObject, RegistryStorage, Take } from '../contract.ts';
import { type S3Client, S3Error } from './client.ts';
import { listChildren, listKeys } from './listing.ts';
import {
  abortMultipart,
  beginMultipart,
  completeMultipart,
  copyPart,
  findMultipart,
  listParts,
  type Part,
  putPart,
} from './multipart.ts';
import { encodeKey } from './sign.ts';

/** S3 takes parts from 5 MiB on, but for the last; and 10,000 of them: 160 GiB. */
const PART = 16 << 20;
/** Largest object that one copy takes. */
const COPY = 5 * 2 ** 30;
const COPY_PART = 2 ** 30;

/** What has come of an upload: whole parts, and the rest that is too small for one. */
interface Progress {
  readonly id: string;
  readonly parts: Part[];
  readonly tail: Buffer;
  readonly size: number;
}

/**
 * A bucket. An upload is a multipart upload of its key; what does not fill a part yet lies beside it as
 * `<key>-tail-<parts before it>`, so that a tail which became a part counts no more, whenever the process is killed.
 * Only one registry may write to a bucket and prefix.
 */
export class S3Storage implements RegistryStorage {
  readonly #client: S3Client;
  readonly #prefix: string;
  readonly #bucket: string;

  /** @param options.prefix before every key: '' or with a slash at its end */
  constructor(client: S3Client, options: { readonly prefix: string }) {
    this.#client = client;
    this.#prefix = options.prefix;
    this.#bucket = client.bucket;
  }

  #key(key: string): string {
    return `${this.#prefix}${key}`;
  }

  async read(key: string, limit: number): Promise<Buffer | null> {
    const answer = await this.#client.open({ method: 'GET', key: this.#key(key) }).catch(orNull);
    if (answer === null) return null;
    const size = Number(answer.headers['content-length'] ?? 0);
    if (size > limit) {
      answer.destroy();
      throw invalid(`${size} bytes are more than ${limit}`);
    }
    return buffer(answer);
  }

  async write(key: string, content: Uint8Array): Promise<void> {
    await this.#client.text({ method: 'PUT', key: this.#key(key), body: content });
  }

  async stat(key: string): Promise<ObjectStat | null> {
    const answer = await this.#client.open({ method: 'HEAD', key: this.#key(key) }).catch(orNull);
    if (answer === null) return null;
    answer.resume();
    return {
      size: Number(answer.headers['content-length'] ?? 0),
      modified: Date.parse(answer.headers['last-modified'] ?? '') || 0,
    };
  }

  async open(key: string): Promise<OpenObject | null> {
    const found = await this.stat(key);
    if (found === null) return null;
    return {
      ...found,
      send: (range, take) => this.#send(key, range, take),
      async close() {},
    };
  }

  async #send(key: string, { start, end }: ByteRange, take: Take): Promise<void> {
    if (start >= end) return;
    const headers = { range: `bytes=${start}-${end - 1}` };
    const answer = await this.#client.open({ method: 'GET', key: this.#key(key), headers });
    let sent = 0;
    for await (const chunk of answer) {
      const piece: Uint8Array = chunk;
      sent += piece.length;
      await take(piece);
    }
    if (sent !== end - start) throw internal(`S3 gave ${sent} bytes instead of ${end - start}`);
  }

  list(folder: string): Promise<Entry[]> {
    return listChildren(this.#client, `${this.#key(folder)}/`);
  }

  async remove(key: string): Promise<boolean> {
    // S3 does not say whether there was something.
    const was = (await this.stat(key)) !== null;
    if (was) await this.#client.text({ method: 'DELETE', key: this.#key(key) });
    return was;
  }

  async removeFolder(folder: string): Promise<void> {
    for await (const key of listKeys(this.#client, `${this.#key(folder)}/`)) {
      await this.#client.text({ method: 'DELETE', key });
    }
  }

  async move(from: string, to: string): Promise<void> {
    const found = await this.stat(from);
    if (found === null) throw internal(`there is no ${from} to move`);
    const source = `/${encodeKey(`${this.#bucket}/${this.#key(from)}`)}`;
    if (found.size <= COPY) {
      const headers = { 'x-amz-copy-source': source };
      await this.#client.text({ method: 'PUT', key: this.#key(to), headers });
    } else await this.#copyInParts(source, this.#key(to), found.size);
    await this.#client.text({ method: 'DELETE', key: this.#key(from) });
  }

  async #copyInParts(source: string, to: string, size: number): Promise<void> {
    const id = await beginMultipart(this.#client, to);
    try {
      const parts: Part[] = [];
      for (let at = 0; at < size; at += COPY_PART) {
        const range = `bytes=${at}-${Math.min(at + COPY_PART, size) - 1}`;
        parts.push(await copyPart(this.#client, to, id, parts.length + 1, source, range));
      }
      await completeMultipart(this.#client, to, id, parts);
    } catch (error) {
      await abortMultipart(this.#client, to, id).catch(() => {});
      throw error;
    }
  }

  async beginUpload(key: string): Promise<void> {
    await beginMultipart(this.#client, this.#key(key));
  }

  #tailKey(key: string, parts: number): string {
    return `${key}-tail-${parts}`;
  }

  async #progress(key: string): Promise<Progress | null> {
    const id = await findMultipart(this.#client, this.#key(key));
    if (id === null) return null;
    const parts = await listParts(this.#client, this.#key(key), id);
    const tail = (await this.read(this.#tailKey(key, parts.length), PART)) ?? Buffer.alloc(0);
    return { id, parts, tail, size: parts.reduce((sum, part) => sum + part.size, 0) + tail.length };
  }

  async uploadSize(key: string): Promise<number | null> {
    return (await this.#progress(key))?.size ?? (await this.stat(key))?.size ?? null;
  }

  async append(key: string, at: number, content: AsyncIterable<Uint8Array>): Promise<number> {
    const progress = await this.#progress(key);
    if (progress === null) throw internal(`there is no upload ${key}`);
    if (progress.size !== at) throw conflict(`the upload has ${progress.size} bytes, not ${at}`);
    const gathered = Buffer.allocUnsafeSlow(PART);
    let [fill, count, size] = [progress.tail.copy(gathered), progress.parts.length, at];
    try {
      for await (const piece of content) {
        for (let from = 0; from < piece.length; ) {
          const some = piece.subarray(from, from + PART - fill);
          gathered.set(some, fill);
          fill += some.length;
          from += some.length;
          size += some.length;
          if (fill < PART) continue;
          count += 1;
          await putPart(this.#client, this.#key(key), progress.id, count, gathered);
          fill = 0;
        }
      }
    } finally {
      if (fill > 0) await this.write(this.#tailKey(key, count), gathered.subarray(0, fill));
    }
    return size;
  }

  async seal(key: string): Promise<void> {
    const progress = await this.#progress(key);
    if (progress === null) {
      if ((await this.stat(key)) === null) throw internal(`there is no upload ${key}`);
      return;
    }
    const { id, parts, tail } = progress;
    const name = this.#key(key);
    if (parts.length === 0) {
      // Too little for a part, or nothing: an object of its own.
      await this.write(key, tail);
      await abortMultipart(this.#client, name, id);
    } else {
      const last = tail.length === 0 ? [] : [await putPart(this.#client, name, id, parts.length + 1, tail)];
      await completeMultipart(this.#client, name, id, [...parts, ...last]);
    }
    await this.#removeTails(key);
  }

  async #removeTails(key: string): Promise<void> {
    for await (const tail of listKeys(this.#client, `${this.#key(key)}-tail-`)) {
      await this.#client.text({ method: 'DELETE', key: tail });
    }
  }

  async abortUpload(key: string): Promise<void> {
    const id = await findMultipart(this.#client, this.#key(key));
    if (id !== null) await abortMultipart(this.#client, this.#key(key), id);
    await this.#removeTails(key);
    await this.remove(key);
  }

  async close(): Promise<void> {
    this.#client.close();
  }
}

function orNull(error: unknown): null {
  if (error instanceof S3Error && error.status === 404) return null;
  throw error;
}
