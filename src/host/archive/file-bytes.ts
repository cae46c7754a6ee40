/** Plain bytes of an archive that lies in a file, read by the thread that works on it. */
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { internal } from '../../errors/minke-error.ts';
import { decompress } from '../../kit/compression/decompress.ts';
import type { FilePart } from '../../kit/stream/file-part.ts';
import { readAt } from '../safepath/calls.ts';

const pieceSize = 256 * 1024;

export interface FileBytesOptions {
  /** Bytes of the file, as they lie there. */
  readonly onBytes: (count: number) => void;
  /** The descriptor is not touched any more once this is false. */
  readonly isWanted: () => boolean;
}

/** The thread hears of other things between any two pieces. */
async function* pieces({ fd, offset, size }: FilePart, options: FileBytesOptions): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    await turn();
    if (!options.isWanted()) return;
    const piece = Buffer.allocUnsafeSlow(Math.min(pieceSize, size - at));
    const count = readAt(fd, piece, offset + at);
    if (count === 0) throw internal('a file is shorter than what was written to it');
    at += count;
    options.onBytes(count);
    yield count === piece.length ? piece : piece.subarray(0, count);
  }
}

/** What is packed by gzip or zstd is unpacked; each chunk belongs to the caller. */
export async function fileBytes(part: FilePart, options: FileBytesOptions): Promise<Readable> {
  return (await decompress(Readable.from(pieces(part, options), { objectMode: false }))).stream;
}
