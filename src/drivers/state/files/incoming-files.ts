import { createHash, type Hash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { invalid } from '../../../errors/minke-error.ts';
import type { FilePart } from '../../../kit/stream/file-part.ts';
import { type Digest, hexOf, isDigest } from '../../../wire/digest.ts';
import type { IncomingBlob, IncomingBlobs } from '../contract.ts';
import { RESERVE, SpaceGuard } from './space-guard.ts';
import { writeWhole } from './write-whole.ts';

/** What nobody has gone on with for so long goes at the next start, in milliseconds. */
const LIFE = 7 * 24 * 3600 * 1000;

/** `<root>/incoming/<algorithm>-<hex>`, beside the blobs of `BlobFiles`, into which they are renamed. */
export class IncomingFiles implements IncomingBlobs {
  readonly #root: string;
  readonly #reserve: number;

  /** @param root of the blobs; @param reserve bytes of the file system that stay free */
  constructor(root: string, options: { readonly reserve?: number; readonly now?: number } = {}) {
    this.#root = root;
    this.#reserve = options.reserve ?? RESERVE;
    const folder = join(root, 'incoming');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const oldest = (options.now ?? Date.now()) - LIFE;
    for (const name of readdirSync(folder))
      if (statSync(join(folder, name)).mtimeMs < oldest) rmSync(join(folder, name), { force: true });
  }

  async list(): Promise<Digest[]> {
    const names = await readdir(join(this.#root, 'incoming'));
    return names.map((name) => name.replace('-', ':')).filter(isDigest);
  }

  async open(digest: Digest): Promise<IncomingBlob> {
    const [algorithm = ''] = digest.split(':');
    const path = join(this.#root, 'incoming', `${algorithm}-${hexOf(digest)}`);
    const handle = await open(path, 'a+', 0o600);
    try {
      const { size } = await handle.stat();
      const incoming = new IncomingFile(handle, {
        digest,
        algorithm,
        path,
        kept: join(this.#root, algorithm, hexOf(digest)),
        space: new SpaceGuard(this.#root, this.#reserve),
      });
      await incoming.catchUp(size);
      return incoming;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
}

interface Place {
  readonly digest: Digest;
  readonly algorithm: string;
  readonly path: string;
  readonly kept: string;
  readonly space: SpaceGuard;
}

class IncomingFile implements IncomingBlob {
  readonly #handle: FileHandle;
  readonly #place: Place;
  #hash: Hash;
  #size = 0;

  constructor(handle: FileHandle, place: Place) {
    this.#handle = handle;
    this.#place = place;
    this.#hash = createHash(place.algorithm);
  }

  get size(): number {
    return this.#size;
  }

  /** Reads what an earlier process wrote. */
  async catchUp(size: number): Promise<void> {
    this.#size = size;
    for await (const chunk of this.read()) this.#hash.update(chunk);
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.#place.space.take(chunk.length);
    await writeWhole(this.#handle, chunk, this.#size);
    this.#hash.update(chunk);
    this.#size += chunk.length;
  }

  async reset(): Promise<void> {
    await this.#handle.truncate(0);
    this.#size = 0;
    this.#hash = createHash(this.#place.algorithm);
  }

  async isWhole(): Promise<boolean> {
    return `${this.#place.algorithm}:${this.#hash.copy().digest('hex')}` === this.#place.digest;
  }

  read(offset = 0): Readable {
    if (offset >= this.#size) return Readable.from([], { objectMode: false });
    return createReadStream(this.#place.path, {
      start: offset,
      end: this.#size - 1,
      highWaterMark: 256 * 1024,
    });
  }

  file(): FilePart {
    return { fd: this.#handle.fd, offset: 0, size: this.#size };
  }

  async keep(): Promise<void> {
    if (!(await this.isWhole())) throw invalid(`digest mismatch: what came is not ${this.#place.digest}`);
    await rename(this.#place.path, this.#place.kept);
    await this.close();
  }

  async discard(): Promise<void> {
    await rm(this.#place.path, { force: true });
    await this.close();
  }

  async close(): Promise<void> {
    await this.#handle.close().catch(() => {});
  }
}
