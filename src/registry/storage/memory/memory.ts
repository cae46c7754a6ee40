import { conflict, internal, invalid } from '../../../errors/minke-error.ts';
import {
  type ByteRange,
  byName,
  type Entry,
  type ObjectStat,
  type OpenObject,
  type RegistryStorage,
  type Take,
} from '../contract.ts';

interface Kept {
  readonly bytes: Buffer;
  readonly modified: number;
}

/** Gone with the process: for tests, and for registries that shall forget. */
export class MemoryStorage implements RegistryStorage {
  readonly #objects = new Map<string, Kept>();
  readonly #uploads = new Map<string, Buffer[]>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async read(key: string, limit: number): Promise<Buffer | null> {
    const kept = this.#objects.get(key);
    if (kept === undefined) return null;
    if (kept.bytes.length > limit) throw invalid(`${kept.bytes.length} bytes are more than ${limit}`);
    return Buffer.from(kept.bytes);
  }

  async write(key: string, content: Uint8Array): Promise<void> {
    this.#objects.set(key, { bytes: Buffer.from(content), modified: this.#now() });
  }

  async stat(key: string): Promise<ObjectStat | null> {
    const kept = this.#objects.get(key);
    return kept === undefined ? null : { size: kept.bytes.length, modified: kept.modified };
  }

  async open(key: string): Promise<OpenObject | null> {
    const kept = this.#objects.get(key);
    if (kept === undefined) return null;
    const { bytes, modified } = kept;
    return {
      size: bytes.length,
      modified,
      async send({ start, end }: ByteRange, take: Take) {
        for (let at = start; at < end; at += 65536) await take(bytes.subarray(at, Math.min(at + 65536, end)));
      },
      async close() {},
    };
  }

  async list(folder: string): Promise<Entry[]> {
    const found = new Map<string, Entry>();
    for (const key of [...this.#objects.keys(), ...this.#uploads.keys()]) {
      if (!key.startsWith(`${folder}/`)) continue;
      const [name = '', ...below] = key.slice(folder.length + 1).split('/');
      found.set(name, { name, folder: below.length > 0 });
    }
    return [...found.values()].sort(byName);
  }

  async remove(key: string): Promise<boolean> {
    return this.#objects.delete(key);
  }

  async removeFolder(folder: string): Promise<void> {
    for (const key of this.#objects.keys()) if (key.startsWith(`${folder}/`)) this.#objects.delete(key);
    for (const key of this.#uploads.keys()) if (key.startsWith(`${folder}/`)) this.#uploads.delete(key);
  }

  async move(from: string, to: string): Promise<void> {
    const kept = this.#objects.get(from);
    if (kept === undefined) throw internal(`there is no ${from} to move`);
    this.#objects.delete(from);
    this.#objects.set(to, { bytes: kept.bytes, modified: this.#now() });
  }

  async beginUpload(key: string): Promise<void> {
    this.#uploads.set(key, []);
  }

  async uploadSize(key: string): Promise<number | null> {
    const pieces = this.#uploads.get(key);
    if (pieces === undefined) return this.#objects.get(key)?.bytes.length ?? null;
    return pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  async append(key: string, at: number, content: AsyncIterable<Uint8Array>): Promise<number> {
    const pieces = this.#uploads.get(key);
    if (pieces === undefined) throw internal(`there is no upload ${key}`);
    let size = (await this.uploadSize(key)) ?? 0;
    if (size !== at) throw conflict(`the upload has ${size} bytes, not ${at}`);
    for await (const piece of content) {
      pieces.push(Buffer.from(piece));
      size += piece.length;
    }
    return size;
  }

  async seal(key: string): Promise<void> {
    const pieces = this.#uploads.get(key);
    if (pieces === undefined) return;
    this.#uploads.delete(key);
    await this.write(key, Buffer.concat(pieces));
  }

  async abortUpload(key: string): Promise<void> {
    this.#uploads.delete(key);
    this.#objects.delete(key);
  }

  async close(): Promise<void> {}
}
