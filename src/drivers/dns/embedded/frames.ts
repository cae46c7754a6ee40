/** DNS over TCP: each message behind its length in two bytes (RFC 1035, 4.2.2). */
export class Frames {
  readonly #take: (message: Uint8Array) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(take: (message: Uint8Array) => void) {
    this.#take = take;
  }

  push(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 2) {
      const end = 2 + this.#rest.readUInt16BE(0);
      if (this.#rest.length < end) return;
      const message = this.#rest.subarray(2, end);
      this.#rest = this.#rest.subarray(end);
      this.#take(message);
    }
  }
}

export function framed(message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(2 + message.length);
  bytes.writeUInt16BE(message.length, 0);
  bytes.set(message, 2);
  return bytes;
}
