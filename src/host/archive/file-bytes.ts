/** Plain bytes of an archive that lies in a file, read by the thread that works on it. */
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { internal } from '../../errors/minke-error.ts';
import { decompress } from '../../kit/compression/decompress.ts';
import { detect, magicLength } from '../../kit/compression/detect.ts';
import type { FilePart } from '../../kit/stream/file-part.ts';
import { giveBack } from '../../kit/stream/give-back.ts';
import { Inflate } from '../isal/inflate.ts';
import type { Isal } from '../isal/library.ts';
import { readAt } from '../safepath/calls.ts';

const pieceSize = 256 * 1024;

export interface FileBytesOptions {
  /** Bytes of the file, as they lie there. */
  readonly onBytes: (count: number) => void;
  /** The descriptor is not touched any more once this is false. */
  readonly isWanted: () => boolean;
  /** What gzip is unpacked by; null: zlib. */
  readonly isal: Isal | null;
}

/** The thread hears of other things between any two pieces. */
async function* pieces(
  { fd, offset, size }: FilePart,
  { onBytes, isWanted }: FileBytesOptions,
  buffer: () => Buffer,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    await turn();
    if (!isWanted()) return;
    const piece = buffer().subarray(0, size - at);
    const count = readAt(fd, piece, offset + at);
    if (count === 0) throw internal('a file is shorter than what was written to it');
    at += count;
    onBytes(count);
    yield piece.subarray(0, count);
  }
}

/** Pieces in one buffer, filled again and again. */
function inOne(part: FilePart, options: FileBytesOptions): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(pieceSize, part.size));
  return pieces(part, options, () => buffer);
}

async function* inflated(part: FilePart, options: FileBytesOptions, isal: Isal): AsyncGenerator<Buffer> {
  const inflate = new Inflate(isal);
  for await (const piece of inOne(part, options))
    for (const chunk of inflate.write(piece)) {
      yield chunk;
      await turn();
    }
  if (options.isWanted()) inflate.end();
}

async function* decompressed(part: FilePart, options: FileBytesOptions): AsyncGenerator<Buffer> {
  const file = pieces(part, options, () => Buffer.allocUnsafeSlow(pieceSize));
  const { stream } = await decompress(Readable.from(file, { objectMode: false }));
  for await (const chunk of stream) {
    yield chunk;
    giveBack(chunk);
  }
}

/** What is packed by gzip or zstd is unpacked; each chunk is good until the next is asked for. */
export function fileBytes(part: FilePart, options: FileBytesOptions): AsyncGenerator<Buffer> {
  const { fd, offset, size } = part;
  const magic = Buffer.alloc(Math.min(magicLength, size));
  const form = detect(magic.subarray(0, readAt(fd, magic, offset)));
  if (form === 'none') return inOne(part, options);
  if (form === 'gzip' && options.isal !== null) return inflated(part, options, options.isal);
  return decompressed(part, options);
}
