import type { Entry, LogFormat, Piece } from '../lines/format.ts';
import type { Output } from '../lines/output.ts';

/**
 * Docker's `local` file format: a 4-byte big-endian length, a protobuf message `LogEntry` (source 1, time_nano 2,
 * line 3, partial 4, partial_log_metadata 5 {last 1, id 2, ordinal 3}, attrs 6 {key 1, value 2}), the length again.
 */
export class LocalFormat implements LogFormat {
  readonly #attrs: Buffer;

  constructor(attrs: Readonly<Record<string, string>>) {
    this.#attrs = Buffer.concat(
      Object.keys(attrs)
        .sort()
        .map((key) => field(6, Buffer.concat([field(1, key), field(2, attrs[key] ?? '')]))),
    );
  }

  append(out: Output, data: Buffer, start: number, end: number, entry: Entry): void {
    const piece = entry.piece === null ? none : encodePiece(entry.piece);
    // Source, time and line with their tags take at most 40 bytes more than the line.
    out.reserve(end - start + 48 + piece.length + this.#attrs.length);
    const bytes = out.bytes;
    const head = out.length;
    let at = head + 4;
    bytes[at] = 0x0a;
    bytes[at + 1] = 6;
    bytes.write(entry.stream, at + 2, 'latin1');
    at += 8;
    bytes[at] = 0x10;
    at = writeVarint(bytes, at + 1, BigInt(entry.seconds) * 1_000_000_000n + BigInt(entry.nanos));
    if (end > start) {
      bytes[at] = 0x1a;
      at = writeVarint(bytes, at + 1, BigInt(end - start));
      data.copy(bytes, at, start, end);
      at += end - start;
    }
    bytes.set(piece, at);
    bytes.set(this.#attrs, at + piece.length);
    at += piece.length + this.#attrs.length;
    bytes.writeUInt32BE(at - head - 4, head);
    out.length = bytes.writeUInt32BE(at - head - 4, at);
  }
}

const none = Buffer.alloc(0);

function encodePiece(piece: Piece): Buffer {
  const last = piece.last ? Buffer.from([0x08, 1]) : none;
  const ordinal = Buffer.concat([Buffer.from([0x18]), varint(BigInt(piece.ordinal))]);
  const meta = Buffer.concat([last, field(2, piece.id), ordinal]);
  return Buffer.concat([Buffer.from([0x20, 1]), field(5, meta)]);
}

function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(BigInt(bytes.length)), bytes]);
}

function varint(value: bigint): Buffer {
  const bytes = Buffer.alloc(10);
  return bytes.subarray(0, writeVarint(bytes, 0, value));
}

function writeVarint(bytes: Buffer, at: number, value: bigint): number {
  let rest = value;
  let end = at;
  while (rest > 0x7fn) {
    bytes[end] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
    end += 1;
  }
  bytes[end] = Number(rest);
  return end + 1;
}
