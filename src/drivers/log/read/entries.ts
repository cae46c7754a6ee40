import type { EntryReader } from './entry-reader.ts';

/** Hands out entries of a file that comes in chunks; an entry may lie in several. */
export class Entries {
  readonly #reader: EntryReader;
  #data: Buffer = Buffer.alloc(0);

  constructor(reader: EntryReader) {
    this.#reader = reader;
  }

  /**
   * Calls `each` for every whole entry up to the end of the chunk; the reader's getters speak of it. Stops where
   * `each` returns false, and says so.
   */
  push(chunk: Buffer, each: (reader: EntryReader) => boolean): boolean {
    const data = this.#data.length === 0 ? chunk : Buffer.concat([this.#data, chunk]);
    const reader = this.#reader;
    let at = 0;
    while (at < data.length) {
      const next = reader.next(data, at, data.length);
      if (next === -1) break;
      at = next;
      if (reader.valid && !each(reader)) return false;
    }
    // A copy: the chunk's memory is used again.
    this.#data = Buffer.from(data.subarray(at));
    return true;
  }

  /** Another file begins; what was not whole is dropped. */
  reset(): void {
    this.#data = this.#data.subarray(0, 0);
  }
}
