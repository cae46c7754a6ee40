/** RFC 6455, section 5: frames. Clients mask theirs, a server must not. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A breach of the protocol; `code` is the status of the close frame that answers it. */
export class WebSocketFault extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const extra = length < 126 ? 0 : length < 0x1_0000 ? 2 : 8;
  const head = Buffer.alloc(2 + extra);
  head[0] = 0x80 | opcode;
  head[1] = extra === 0 ? length : extra === 2 ? 126 : 127;
  if (extra === 2) head.writeUInt16BE(length, 2);
  if (extra === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

export function encodeClose(code: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return encodeFrame(opcodes.close, payload);
}

function unmask(payload: Buffer, mask: Buffer): Buffer {
  const clear = Buffer.allocUnsafe(payload.length);
  for (let i = 0; i < payload.length; i++) clear[i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
  return clear;
}

/** Takes a client's bytes apart, in chunks of any size. Throws `WebSocketFault`. */
export class FrameDecoder {
  readonly #maxPayload: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(maxPayload: number) {
    this.#maxPayload = maxPayload;
  }

  *push(chunk: Buffer): Generator<Frame> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let frame = this.#next(); frame !== null; frame = this.#next()) yield frame;
  }

  #next(): Frame | null {
    const data = this.#rest;
    if (data.length < 2) return null;
    const first = data[0] ?? 0;
    const second = data[1] ?? 0;
    const opcode = first & 0x0f;
    const final = (first & 0x80) !== 0;
    if ((first & 0x70) !== 0) throw new WebSocketFault(1002, 'reserved bits are set');
    if ((second & 0x80) === 0) throw new WebSocketFault(1002, 'frame of a client is not masked');
    const short = second & 0x7f;
    if (opcode >= 8 && (short > 125 || !final))
      throw new WebSocketFault(1002, 'control frame too long or in parts');
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    const start = 2 + extra + 4;
    if (data.length < start) return null;
    const length = extra === 0 ? short : extra === 2 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
    if (length > this.#maxPayload) throw new WebSocketFault(1009, 'frame is too large');
    if (data.length < start + length) return null;
    this.#rest = data.subarray(start + length);
    const payload = unmask(data.subarray(start, start + length), data.subarray(start - 4, start));
    return { final, opcode, payload };
  }
}
