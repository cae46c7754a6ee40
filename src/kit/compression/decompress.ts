/** Plain bytes of a stream that may be compressed. */
import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { invalid, MinkeError, messageOf, systemCode } from '../../errors/minke-error.ts';
import { type Compression, detect, magicLength } from './detect.ts';

/** Decompresses what Node can't; `xz` and `bzip2` reach it. The answer must fail when the input is cut or damaged. */
export type ExternalDecompressor = (kind: 'xz' | 'bzip2', input: Readable) => Readable;

/** Resolves when there is something to read, or nothing will come any more. */
const stirring = (input: Readable): Promise<void> =>
  new Promise((resolve, reject) => {
    const events = ['readable', 'end', 'close'] as const;
    const done = (settle: () => void): void => {
      for (const event of events) input.off(event, onEvent);
      input.off('error', onError);
      settle();
    };
    const onEvent = (): void => done(resolve);
    const onError = (error: Error): void => done(() => reject(error));
    for (const event of events) input.on(event, onEvent);
    input.on('error', onError);
  });

/** Reads until `count` bytes are there (or the end) and puts them back. */
async function peek(input: Readable, count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < count && !input.readableEnded) {
    if (input.destroyed) throw input.errored ?? invalid('stream closed early');
    const chunk: unknown = input.read();
    if (chunk === null) await stirring(input);
    else if (!Buffer.isBuffer(chunk)) throw invalid('stream of text, not of bytes');
    else {
      chunks.push(chunk);
      size += chunk.length;
    }
  }
  const bytes = Buffer.concat(chunks);
  if (!input.readableEnded && size > 0) input.unshift(bytes);
  return bytes;
}

/** zlib's and zstd's complaints about the data are the sender's fault. */
const asInvalid = (error: Error): Error => {
  const code = systemCode(error);
  const ofData = code?.startsWith('Z_') === true || code?.startsWith('ZSTD_') === true;
  return ofData && !(error instanceof MinkeError)
    ? invalid(`decompression failed: ${messageOf(error)}`, error)
    : error;
};

/**
 * Detects by the first bytes. The answered stream fails with `invalid` on cut or damaged data. An empty input is an
 * empty plain stream.
 */
export async function decompress(
  input: Readable,
  external?: ExternalDecompressor,
): Promise<{ stream: Readable; compression: Compression }> {
  const first = await peek(input, magicLength);
  const compression = detect(first);
  if (compression === 'none') {
    if (input.readableEnded) return { stream: Readable.from([first], { objectMode: false }), compression };
    return { stream: input, compression };
  }
  if (input.readableEnded) throw invalid('decompression failed: unexpected end of file');
  if (compression === 'xz' || compression === 'bzip2') {
    if (external === undefined) throw invalid(`${compression} compression is not supported here`);
    return { stream: external(compression, input), compression };
  }
  const decoder =
    compression === 'gzip'
      ? createGunzip({ chunkSize: 128 * 1024 })
      : createZstdDecompress({
          chunkSize: 128 * 1024,
          // 128 MiB of window at most, what the zstd program allows without being told.
          params: { [constants.ZSTD_d_windowLogMax]: 27 },
        });
  const destroy = decoder.destroy.bind(decoder);
  decoder.destroy = (error) => destroy(error === undefined || error === null ? undefined : asInvalid(error));
  pipeline(input, decoder, () => {});
  return { stream: decoder, compression };
}
