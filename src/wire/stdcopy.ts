/**
 * Docker's multiplexed stream: 8 bytes of header (stream, three zeros, length as big-endian uint32), then the
 * payload. Engine API, "Attach to a container", "Stream format".
 */
export type StdStream = 'stdin' | 'stdout' | 'stderr' | 'systemerr';

const numbers: Record<StdStream, number> = { stdin: 0, stdout: 1, stderr: 2, systemerr: 3 };
const names: readonly StdStream[] = ['stdin', 'stdout', 'stderr', 'systemerr'];

export const headerBytes = 8;

/** The header for a payload of `length` bytes. */
export function frameHeader(stream: StdStream, length: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header[0] = numbers[stream];
  header.writeUInt32BE(length, 4);
  return header;
}

export interface Frame {
  readonly stream: StdStream;
  readonly payload: Buffer;
}

/** Takes a stream of bytes apart, in chunks of any size. Throws on a stream number above 3. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  *push(chunk: Buffer): Generator<Frame> {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (data.length >= headerBytes) {
      const stream = names[data[0] ?? 255];
      if (stream === undefined) throw new Error(`unrecognized stream: ${data[0]}`);
      const end = headerBytes + data.readUInt32BE(4);
      if (data.length < end) break;
      yield { stream, payload: data.subarray(headerBytes, end) };
      data = data.subarray(end);
    }
    this.#rest = data;
  }

  /** Bytes of an unfinished frame. */
  get pending(): number {
    return this.#rest.length;
  }
}
