import { createReadStream, mkdirSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { internal } from '../../../errors/minke-error.ts';
import type { Scratch, ScratchSpace } from '../contract.ts';

/** How much is written between two looks at the free space. */
const STEP = 64 << 20;

/** Files without a name: they go with their descriptor, also where the process is killed. */
export class ScratchFiles implements ScratchSpace {
  readonly #folder: string;
  readonly #reserve: number;

  /** @param reserve bytes of the file system that stay free */
  constructor(folder: string, reserve = 256 << 20) {
    this.#folder = folder;
    this.#reserve = reserve;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  async create(): Promise<Scratch> {
    const place = await mkdtemp(join(this.#folder, 'scratch-'));
    try {
      const handle = await open(join(place, 'file'), 'wx+', 0o600);
      return new ScratchFile(handle, this.#folder, this.#reserve);
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  }
}

class ScratchFile implements Scratch {
  readonly #handle: FileHandle;
  readonly #folder: string;
  readonly #reserve: number;
  #size = 0;
  #checked = 0;

  constructor(handle: FileHandle, folder: string, reserve: number) {
    this.#handle = handle;
    this.#folder = folder;
    this.#reserve = reserve;
  }

  get size(): number {
    return this.#size;
  }

  async append(chunk: Uint8Array): Promise<void> {
    if (this.#size + chunk.length > this.#checked) await this.#checkSpace(chunk.length);
    for (let at = 0; at < chunk.length; ) {
      const { bytesWritten } = await this.#handle.write(chunk, at, chunk.length - at, this.#size + at);
      at += bytesWritten;
    }
    this.#size += chunk.length;
  }

  read(offset: number, length: number): Readable {
    if (length === 0) return Readable.from([], { objectMode: false });
    return createReadStream('', {
      fd: this.#handle,
      start: offset,
      end: offset + length - 1,
      autoClose: false,
      highWaterMark: 256 * 1024,
    });
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #checkSpace(next: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize < this.#reserve + next) throw internal('no space left on device');
    this.#checked = this.#size + Math.max(next, STEP);
  }
}
