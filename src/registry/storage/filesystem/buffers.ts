/**
 * Memory for reading files: pieces that are handed out and taken back. Large while few ask, smaller in a crowd, so
 * that neither one fast reader nor a hundred slow ones cost much.
 */
const LARGE = 1 << 20;
const SMALL = 128 << 10;
const FEW = 24;
const KEPT = 32;

export class ReadBuffers {
  /** Bytes of the largest piece. */
  readonly piece = LARGE;
  #out = 0;
  readonly #spare: Buffer[] = [];

  take(): Buffer {
    this.#out += 1;
    if (this.#out > FEW) return Buffer.allocUnsafeSlow(SMALL);
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(LARGE);
  }

  giveBack(buffer: Buffer): void {
    this.#out -= 1;
    if (buffer.length === LARGE && this.#spare.length < KEPT) this.#spare.push(buffer);
  }
}
