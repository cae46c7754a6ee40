import { mkdirSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { internal } from '../../../errors/minke-error.ts';
import type { FilePart } from '../../../kit/stream/file-part.ts';
import type { Scratch, ScratchSpace } from '../contract.ts';
import { RESERVE, SpaceGuard } from './space-guard.ts';
import { writeWhole } from './write-whole.ts';

/** Bytes read at once. */
const PIECE = 256 << 10;

/** Files without a name: they go with their descriptor, also where the process is killed. */
export class ScratchFiles implements ScratchSpace {
  readonly #folder: string;
  readonly #reserve: number;

  /** @param reserve bytes of the file system that stay free */
  constructor(folder: string, reserve = RESERVE) {
    this.#folder = folder;
    this.#reserve = reserve;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  async create(): Promise<Scratch> {
    const place = await mkdtemp(join(this.#folder, 'scratch-'));
    try {
      const handle = await open(join(place, 'file'), 'wx+', 0o600);
      return new ScratchFile(handle, new SpaceGuard(this.#folder, this.#reserve));
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  }
}

class ScratchFile implements Scratch {
  readonly #handle: FileHandle;
  readonly #space: SpaceGuard;
  #size = 0;

  constructor(handle: FileHandle, space: SpaceGuard) {
    this.#handle = handle;
    this.#space = space;
  }

  get size(): number {
    return this.#size;
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.#space.take(chunk.length);
    await writeWhole(this.#handle, chunk, this.#size);
    this.#size += chunk.length;
  }

  read(offset: number, length: number): Readable {
    // A stream of Node's own on this handle would close it when it is destroyed early.
    return Readable.from(this.#pieces(offset, length), { objectMode: false, highWaterMark: PIECE });
  }

  file(offset: number, length: number): FilePart {
    return { fd: this.#handle.fd, offset, size: length };
  }

  async *#pieces(offset: number, length: number): AsyncGenerator<Buffer, void> {
    for (let at = 0; at < length; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, length - at));
      const { bytesRead } = await this.#handle.read(piece, 0, piece.length, offset + at);
      if (bytesRead === 0) throw internal('a scratch file is shorter than what was written to it');
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
