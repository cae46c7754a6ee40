import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { invalid, systemCode } from '../../../errors/minke-error.ts';
import { type Digest, hexOf, isDigest, parseDigest } from '../../../wire/digest.ts';
import type { BlobInfo, BlobStore } from '../contract.ts';

const algorithms = ['sha256', 'sha512'] as const;

/** `<root>/sha256/<hex>`, as in an OCI image layout; written to `<root>/new/` first. */
export class BlobFiles implements BlobStore {
  readonly #root: string;
  #count = 0;

  constructor(root: string) {
    this.#root = root;
    for (const name of [...algorithms, 'new']) mkdirSync(join(root, name), { recursive: true, mode: 0o700 });
    for (const name of readdirSync(join(root, 'new'))) rmSync(join(root, 'new', name), { force: true });
  }

  async read(digest: Digest, limit: number): Promise<Buffer | null> {
    const handle = await open(this.#path(digest), 'r').catch(absent);
    if (handle === null) return null;
    try {
      const { size } = await handle.stat();
      if (size > limit) throw invalid(`blob ${digest} of ${size} bytes is larger than ${limit} bytes`);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  async open(digest: Digest): Promise<{ size: number; stream: Readable } | null> {
    const handle = await open(this.#path(digest), 'r').catch(absent);
    if (handle === null) return null;
    const { size } = await handle.stat();
    // From here on the stream owns the descriptor: a blob that is deleted meanwhile is still read to its end.
    return { size, stream: createReadStream('', { fd: handle, highWaterMark: 256 * 1024 }) };
  }

  async has(digest: Digest): Promise<boolean> {
    return stat(this.#path(digest))
      .then(() => true, absent)
      .then((found) => found === true);
  }

  stream(digest: Digest, offset: number): Readable {
    return createReadStream(this.#path(digest), { start: offset, highWaterMark: 256 * 1024 });
  }

  async put(
    content: Uint8Array | AsyncIterable<Uint8Array>,
    expected: { readonly digest?: Digest; readonly size?: number } = {},
  ): Promise<BlobInfo> {
    const fresh = join(this.#root, 'new', `${process.pid}-${++this.#count}`);
    const algorithm = expected.digest?.startsWith('sha512:') ? 'sha512' : 'sha256';
    const hash = createHash(algorithm);
    let size = 0;
    try {
      const handle = await open(fresh, 'wx', 0o600);
      try {
        for await (const chunk of content instanceof Uint8Array ? [content] : content) {
          size += chunk.length;
          if (expected.size !== undefined && size > expected.size) break;
          hash.update(chunk);
          await handle.writeFile(chunk);
        }
      } finally {
        await handle.close();
      }
      const digest = parseDigest(`${algorithm}:${hash.digest('hex')}`);
      check({ digest, size }, expected);
      await rename(fresh, this.#path(digest));
      return { digest, size };
    } finally {
      await rm(fresh, { force: true });
    }
  }

  async delete(digest: Digest): Promise<void> {
    await rm(this.#path(digest), { force: true });
  }

  async list(): Promise<BlobInfo[]> {
    const found: BlobInfo[] = [];
    for (const algorithm of algorithms) {
      for (const name of await readdir(join(this.#root, algorithm))) {
        const digest = `${algorithm}:${name}`;
        if (isDigest(digest)) found.push({ digest, size: (await stat(this.#path(digest))).size });
      }
    }
    return found;
  }

  #path(digest: Digest): string {
    return join(this.#root, digest.slice(0, digest.indexOf(':')), hexOf(digest));
  }
}

function absent(error: unknown): null {
  if (systemCode(error) === 'ENOENT') return null;
  throw error;
}

function check(got: BlobInfo, expected: { readonly digest?: Digest; readonly size?: number }): void {
  if (expected.size !== undefined && got.size !== expected.size) {
    throw invalid(`size mismatch: expected ${expected.size} bytes, got ${got.size}`);
  }
  if (expected.digest !== undefined && got.digest !== expected.digest) {
    throw invalid(`digest mismatch: expected ${expected.digest}, got ${got.digest}`);
  }
}
