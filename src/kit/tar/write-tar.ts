/** Entries to a tar, pulled by the reader of the stream. */
import { Readable } from 'node:stream';
import { internal } from '../../errors/minke-error.ts';
import { encodeHeader, endOfArchive, type TarWriteHeader } from './encode-header.ts';
import { paddingOf } from './header.ts';

export interface TarWriteEntry {
  readonly header: TarWriteHeader;
  /** Exactly `header.size` bytes; may be absent for 0. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
}

const padding = Buffer.alloc(512);

async function* encode(
  entries: Iterable<TarWriteEntry> | AsyncIterable<TarWriteEntry>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { header, body } of entries) {
    yield encodeHeader(header);
    let count = 0;
    if (body instanceof Uint8Array) {
      count = body.length;
      if (count > 0) yield body;
    } else if (body !== undefined) {
      for await (const chunk of body) {
        count += chunk.length;
        if (count > (header.size ?? 0)) break;
        yield chunk;
      }
    }
    if (count !== (header.size ?? 0))
      throw internal(
        `archive/tar: content of ${header.name} is ${count} bytes or more, its header says ${header.size ?? 0}`,
      );
    if (paddingOf(count) > 0) yield padding.subarray(0, paddingOf(count));
  }
  yield endOfArchive;
}

/**
 * The archive as a stream. An entry is asked for when the one before it has been read; errors of `entries` and of
 * bodies destroy the stream with that error.
 */
export const writeTar = (entries: Iterable<TarWriteEntry> | AsyncIterable<TarWriteEntry>): Readable =>
  Readable.from(encode(entries), { objectMode: false, highWaterMark: 256 * 1024 });
