import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { invalid } from '../../../errors/minke-error.ts';
import { type Digest, parseDigest } from '../../../wire/digest.ts';
import type { BlobInfo, BlobStore, IncomingBlob, IncomingBlobs, Scratch, ScratchSpace } from '../contract.ts';

async function collect(content: Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (content instanceof Uint8Array) return Buffer.from(content);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const streamOf = (bytes: Buffer): Readable => Readable.from([bytes], { objectMode: false });

export class MemoryBlobs implements BlobStore {
  readonly #blobs = new Map<Digest, Buffer>();

  async read(digest: Digest, limit: number): Promise<Buffer | null> {
    const bytes = this.#blobs.get(digest);
    if (bytes !== undefined && bytes.length > limit) {
      throw invalid(`blob ${digest} of ${bytes.length} bytes is larger than ${limit} bytes`);
    }
    return bytes ?? null;
  }

  async open(digest: Digest): Promise<{ size: number; stream: Readable } | null> {
    const bytes = this.#blobs.get(digest);
    return bytes === undefined ? null : { size: bytes.length, stream: streamOf(bytes) };
  }

  async has(digest: Digest): Promise<boolean> {
    return this.#blobs.has(digest);
  }

  stream(digest: Digest, offset: number): Readable {
    return streamOf((this.#blobs.get(digest) ?? Buffer.alloc(0)).subarray(offset));
  }

  async put(
    content: Uint8Array | AsyncIterable<Uint8Array>,
    expected: { readonly digest?: Digest; readonly size?: number } = {},
  ): Promise<BlobInfo> {
    const bytes = await collect(content);
    const algorithm = expected.digest?.startsWith('sha512:') ? 'sha512' : 'sha256';
    const digest = parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
    if (expected.size !== undefined && expected.size !== bytes.length) {
      throw invalid(`size mismatch: expected ${expected.size} bytes, got ${bytes.length}`);
    }
    if (expected.digest !== undefined && expected.digest !== digest) {
      throw invalid(`digest mismatch: expected ${expected.digest}, got ${digest}`);
    }
    this.#blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  async delete(digest: Digest): Promise<void> {
    this.#blobs.delete(digest);
  }

  async list(): Promise<BlobInfo[]> {
    return [...this.#blobs].map(([digest, bytes]) => ({ digest, size: bytes.length }));
  }
}

/** What came stays with the object, as files do with the disk. */
export class MemoryIncoming implements IncomingBlobs {
  readonly #blobs: BlobStore;
  readonly #parts = new Map<Digest, Buffer>();

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  /** Bytes that wait to be gone on with, by digest. */
  get waiting(): ReadonlyMap<Digest, Buffer> {
    return this.#parts;
  }

  async list(): Promise<Digest[]> {
    return [...this.#parts.keys()];
  }

  async open(digest: Digest): Promise<IncomingBlob> {
    const bytes = (): Buffer => this.#parts.get(digest) ?? Buffer.alloc(0);
    return {
      get size() {
        return bytes().length;
      },
      append: async (chunk) => void this.#parts.set(digest, Buffer.concat([bytes(), chunk])),
      reset: async () => void this.#parts.delete(digest),
      isWhole: async () => {
        const [algorithm = 'sha256'] = digest.split(':');
        return `${algorithm}:${createHash(algorithm).update(bytes()).digest('hex')}` === digest;
      },
      read: (offset = 0) => streamOf(bytes().subarray(offset)),
      file: () => undefined,
      keep: async () => {
        await this.#blobs.put(bytes(), { digest });
        this.#parts.delete(digest);
      },
      discard: async () => void this.#parts.delete(digest),
      close: async () => {},
    };
  }
}

export class MemoryScratch implements ScratchSpace {
  /** How many are open now. */
  open = 0;

  async create(): Promise<Scratch> {
    const chunks: Buffer[] = [];
    let size = 0;
    this.open++;
    return {
      get size() {
        return size;
      },
      append: async (chunk) => {
        chunks.push(Buffer.from(chunk));
        size += chunk.length;
      },
      read: (offset, length) => streamOf(Buffer.concat(chunks).subarray(offset, offset + length)),
      file: () => undefined,
      close: async () => {
        this.open--;
      },
    };
  }
}
