import { statfs } from 'node:fs/promises';
import { internal } from '../../../errors/minke-error.ts';

/** Bytes of the file system that stay free. */
export const RESERVE = 256 << 20;
/** How much is written between two looks at the free space. */
const STEP = 64 << 20;

/** Stops writers before a disk is full to the brim. */
export class SpaceGuard {
  readonly #folder: string;
  readonly #reserve: number;
  #left = 0;

  constructor(folder: string, reserve: number) {
    this.#folder = folder;
    this.#reserve = reserve;
  }

  /** Before each write. Throws `internal` "no space left on device". */
  async take(bytes: number): Promise<void> {
    if (bytes > this.#left) {
      const { bavail, bsize } = await statfs(this.#folder);
      if (bavail * bsize < this.#reserve + bytes) throw internal('no space left on device');
      this.#left = Math.max(bytes, STEP);
    }
    this.#left -= bytes;
  }
}
