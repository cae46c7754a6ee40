/**
 * Gathers bytes into chunks that can be handed to another thread without a copy: each has a buffer of its own.
 */
const chunkSize = 1024 * 1024;

const none: readonly Buffer[] = [];

export class Output {
  #chunk: Buffer = Buffer.allocUnsafeSlow(chunkSize);
  #length = 0;
  #spare: ArrayBuffer | undefined;

  /** The memory of a full chunk that nobody needs any more: fresh memory costs as much as filling it. */
  reuse({ buffer }: Buffer): void {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === chunkSize) this.#spare = buffer;
  }

  /** Room to write into, at most `wanted` bytes; `advance` says how many were used. */
  space(wanted: number): Buffer {
    return this.#chunk.subarray(this.#length, Math.min(chunkSize, this.#length + wanted));
  }

  /** Full chunks to hand out: none or one. */
  advance(count: number): readonly Buffer[] {
    this.#length += count;
    return this.#length === chunkSize ? this.rest() : none;
  }

  write(bytes: Buffer): readonly Buffer[] {
    const count = bytes.copy(this.#chunk, this.#length);
    const full = this.advance(count);
    if (count === bytes.length) return full;
    return [...full, ...this.write(bytes.subarray(count))];
  }

  zeros(count: number): readonly Buffer[] {
    const chunks: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const space = this.space(left).fill(0);
      left -= space.length;
      chunks.push(...this.advance(space.length));
    }
    return chunks;
  }

  /** What is left, at the end. */
  rest(): readonly Buffer[] {
    if (this.#length === 0) return none;
    const chunk = this.#chunk.subarray(0, this.#length);
    this.#chunk = this.#spare === undefined ? Buffer.allocUnsafeSlow(chunkSize) : Buffer.from(this.#spare);
    this.#spare = undefined;
    this.#length = 0;
    return [chunk];
  }
}
