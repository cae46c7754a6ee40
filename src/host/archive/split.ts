/**
 * What a tar holds beside its files' content, so that the archive can be written again from the unpacked files to the
 * same bytes (compressed layers are not kept).
 *
 * The file is a sequence of frames: length (u32 LE) and zstd data of about 256 KiB. Inside are records:
 * - 0, varint length, bytes: as they are;
 * - 1, varint length of path, path, varint offset, varint length: content of a file below the layer's root;
 * - 2, varint length of path, path, varint number: what was at the path so far was moved into the kept directory
 *   under this number, because a later entry took its place.
 */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { internal } from '../../errors/minke-error.ts';
import { nameFromBytes, nameToBytes } from '../../kit/tar/name-bytes.ts';
import { closeFd, openTrusted, readAt, writeAll } from '../safepath/calls.ts';
import { O_RDONLY } from '../safepath/flags.ts';

export type SplitRecord =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'content'; readonly path: string; readonly offset: number; readonly length: number }
  | { readonly kind: 'kept'; readonly path: string; readonly number: number };

const frameSize = 256 * 1024;
/** A frame can exceed its size by one record: a path, or a chunk of bytes. */
const maxFrame = 64 << 20;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** Gathers records and writes frames to a descriptor of the caller's. */
export class SplitWriter {
  readonly #fd: number;
  #frame: Buffer = Buffer.allocUnsafe(frameSize);
  #length = 0;
  /** Bytes not yet put into a record: runs of headers become one. */
  #bytes: Buffer = Buffer.allocUnsafe(frameSize);
  #pending = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  bytes(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) {
      const count = rest.copy(this.#bytes, this.#pending);
      this.#pending += count;
      rest = rest.subarray(count);
      if (this.#pending === this.#bytes.length) this.#seal();
    }
  }

  content(path: string, offset: number, length: number): void {
    this.#seal();
    const name = nameToBytes(path);
    this.#put(Buffer.of(1), varint(name.length), name, varint(offset), varint(length));
  }

  kept(path: string, number: number): void {
    this.#seal();
    const name = nameToBytes(path);
    this.#put(Buffer.of(2), varint(name.length), name, varint(number));
  }

  finish(): void {
    this.#seal();
    this.#flush();
  }

  #seal(): void {
    if (this.#pending === 0) return;
    const bytes = this.#bytes.subarray(0, this.#pending);
    this.#pending = 0;
    this.#put(Buffer.of(0), varint(bytes.length), bytes);
  }

  #put(...parts: Buffer[]): void {
    let size = 0;
    for (const part of parts) size += part.length;
    if (this.#length + size > this.#frame.length) {
      this.#flush();
      if (size > this.#frame.length) this.#frame = Buffer.allocUnsafe(size);
    }
    for (const part of parts) this.#length += part.copy(this.#frame, this.#length);
  }

  #flush(): void {
    if (this.#length === 0) return;
    const data = zstdCompressSync(this.#frame.subarray(0, this.#length));
    const head = Buffer.alloc(4);
    head.writeUInt32LE(data.length);
    writeAll(this.#fd, Buffer.concat([head, data]));
    this.#length = 0;
  }
}

class Cursor {
  readonly #data: Buffer;
  at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  get over(): boolean {
    return this.at >= this.#data.length;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#data[this.at++];
      if (byte === undefined || scale > 2 ** 49) throw internal('layer split is damaged');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  take(): Buffer {
    const length = this.varint();
    if (this.at + length > this.#data.length) throw internal('layer split is damaged');
    this.at += length;
    return this.#data.subarray(this.at - length, this.at);
  }
}

function readRecord(cursor: Cursor): SplitRecord {
  switch (cursor.varint()) {
    case 0:
      return { kind: 'bytes', bytes: cursor.take() };
    case 1: {
      const path = nameFromBytes(cursor.take());
      return { kind: 'content', path, offset: cursor.varint(), length: cursor.varint() };
    }
    case 2:
      return { kind: 'kept', path: nameFromBytes(cursor.take()), number: cursor.varint() };
    default:
      throw internal('layer split is damaged');
  }
}

/** All records in order. Throws `internal` for a damaged file. */
export function* readSplit(path: string): Generator<SplitRecord, void, undefined> {
  const fd = openTrusted(path, O_RDONLY);
  try {
    const head = Buffer.alloc(4);
    for (let at = 0; ; ) {
      const count = readAt(fd, head, at);
      if (count === 0) return;
      const length = head.readUInt32LE();
      if (count < 4 || length > maxFrame) throw internal('layer split is damaged');
      const data = Buffer.allocUnsafe(length);
      if (readAt(fd, data, at + 4) < length) throw internal('layer split is cut');
      at += 4 + length;
      const cursor = new Cursor(zstdDecompressSync(data, { maxOutputLength: maxFrame }));
      while (!cursor.over) yield readRecord(cursor);
    }
  } finally {
    closeFd(fd);
  }
}
