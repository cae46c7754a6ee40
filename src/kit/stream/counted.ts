import { Readable } from 'node:stream';

/** The same bytes, at most `limit` of them; tells after each piece how many there were. */
export function counted(
  source: Readable,
  onBytes: (total: number) => void,
  limit = Number.POSITIVE_INFINITY,
): Readable {
  const bytes = async function* (): AsyncGenerator<Buffer, void> {
    let total = 0;
    for await (const chunk of source) {
      const part: Buffer = total + chunk.length > limit ? chunk.subarray(0, limit - total) : chunk;
      total += part.length;
      onBytes(total);
      yield part;
      if (total === limit) return;
    }
  };
  const stream = Readable.from(bytes(), { objectMode: false, highWaterMark: 256 * 1024 });
  stream.once('close', () => source.destroy());
  return stream;
}
