/** A buffer that grows; formats write into `bytes` behind `length` after `reserve`. */
export class Output {
  bytes: Buffer;
  length = 0;

  constructor(size = 64 * 1024) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  /** What was written so far; valid until the next write. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}
