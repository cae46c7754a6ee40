import type { Output } from '../lines/output.ts';
import type { EntryReader, ReadFormat } from '../read/entry-reader.ts';

/** Lengths in front of and behind each entry. */
const lengthBytes = 4;

class LocalReader implements EntryReader {
  valid = false;
  stream: 'stdout' | 'stderr' = 'stdout';
  attrs: Record<string, string> | null = null;
  #data: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  #newline = true;
  #at = 0;
  #timeAt = -1;
  #time = 0n;

  next(data: Buffer, at: number, end: number): number {
    if (end - at < lengthBytes) return -1;
    const length = data.readUInt32BE(at);
    const next = at + length + 2 * lengthBytes;
    if (next > end) return -1;
    this.#data = data;
    this.#from = this.#to = 0;
    this.#newline = true;
    this.attrs = null;
    this.valid =
      data.readUInt32BE(next - lengthBytes) === length && this.#entry(at + lengthBytes, next - lengthBytes);
    return next;
  }

  get seconds(): number {
    return Number(this.#parsedTime() / 1_000_000_000n);
  }

  get nanos(): number {
    return Number(this.#parsedTime() % 1_000_000_000n);
  }

  appendText(out: Output): void {
    const length = this.#to - this.#from;
    out.reserve(length + 1);
    this.#data.copy(out.bytes, out.length, this.#from, this.#to);
    out.length += length;
    if (!this.#newline) return;
    out.bytes[out.length] = 10;
    out.length += 1;
  }

  /** A protobuf message `LogEntry`; see `LocalFormat`. */
  #entry(from: number, end: number): boolean {
    this.#at = from;
    let partial = false;
    let last = false;
    while (this.#at < end) {
      const key = this.#small();
      if (key === 0x10) {
        this.#timeAt = this.#at;
        while ((this.#data[this.#at] ?? 0) >= 0x80) this.#at += 1;
        this.#at += 1;
        continue;
      }
      if (key === 0x20) {
        partial = this.#small() === 1;
        continue;
      }
      if ((key & 7) !== 2) return false;
      const length = this.#small();
      const start = this.#at;
      const stop = start + length;
      if (stop > end) return false;
      if (key === 0x0a)
        this.stream = stop - start === 6 && this.#data[start + 3] === 101 ? 'stderr' : 'stdout';
      if (key === 0x1a) {
        this.#from = start;
        this.#to = stop;
      }
      if (key === 0x2a) last = this.#data[start] === 0x08 && this.#data[start + 1] === 1;
      if (key === 0x32) this.#attribute(start);
      this.#at = stop;
    }
    this.#newline = !partial || last;
    return true;
  }

  #attribute(start: number): void {
    this.#at = start + 1;
    const key = this.#text();
    this.#at += 1;
    this.attrs ??= {};
    this.attrs[key] = this.#text();
  }

  #text(): string {
    const length = this.#small();
    const start = this.#at;
    this.#at += length;
    return this.#data.toString('utf8', start, this.#at);
  }

  /** A varint of at most 32 bits. */
  #small(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = this.#data[this.#at] ?? 0;
      this.#at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
      shift += 7;
    }
  }

  #parsedTime(): bigint {
    if (this.#timeAt !== -1) {
      let shift = 0n;
      this.#time = 0n;
      for (let at = this.#timeAt; ; at += 1) {
        const byte = this.#data[at] ?? 0;
        this.#time |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) break;
        shift += 7n;
      }
      this.#timeAt = -1;
    }
    return this.#time;
  }
}

export const localReadFormat: ReadFormat = {
  reader: () => new LocalReader(),
  tail(data, end, count) {
    let at = end;
    let found = 0;
    while (found < count && at >= 2 * lengthBytes) {
      const length = data.readUInt32BE(at - lengthBytes);
      const before = at - length - 2 * lengthBytes;
      if (before < 0) break;
      if (data.readUInt32BE(before) !== length) return { at, found: -1 };
      at = before;
      found += 1;
    }
    return { at, found };
  },
};
