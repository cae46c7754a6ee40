import { Duplex } from 'node:stream';
import type { FrameReader } from '../../../wire/stdcopy.ts';
import { encodeClose, encodeFrame, FrameDecoder, opcodes, WebSocketFault } from './frames.ts';

const maxPayload = 1024 * 1024;

/**
 * A websocket as a byte stream: the payloads of data frames, in order, come out; what is written goes out as frames
 * of one kind. Pings are answered. A close frame ends the readable side; ending the writable side sends one.
 */
export class WebSocketStream extends Duplex {
  readonly #connection: Duplex;
  readonly #opcode: number;
  readonly #frames: FrameReader | null;
  readonly #decoder = new FrameDecoder(maxPayload);
  #closeSent = false;

  /**
   * @param kind of the frames that go out; text only where the payload is UTF-8
   * @param frames takes a multiplexed stream apart: websockets carry both outputs in one; null for plain bytes
   */
  constructor(connection: Duplex, kind: 'text' | 'binary', frames: FrameReader | null) {
    super();
    this.#frames = frames;
    this.#connection = connection;
    this.#opcode = opcodes[kind];
    connection.on('data', (chunk: Buffer) => this.#receive(chunk));
    connection.once('end', () => this.push(null));
    connection.once('close', () => this.destroy());
    connection.on('error', (error) => this.destroy(error));
    connection.pause();
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#decoder.push(chunk)) {
        if (frame.opcode === opcodes.ping) this.#connection.write(encodeFrame(opcodes.pong, frame.payload));
        else if (frame.opcode === opcodes.close) this.#closedByClient();
        else if (frame.opcode === opcodes.pong) continue;
        else if (frame.opcode > opcodes.binary)
          throw new WebSocketFault(1002, `unknown opcode ${frame.opcode}`);
        else if (frame.payload.length > 0 && !this.push(frame.payload)) this.#connection.pause();
      }
    } catch (error) {
      if (!(error instanceof WebSocketFault)) throw error;
      this.#sendClose(error.code);
      this.#connection.end();
      this.destroy();
    }
  }

  #closedByClient(): void {
    this.#sendClose(1000);
    this.#connection.end();
    this.push(null);
  }

  #sendClose(code: number): void {
    if (this.#closeSent || this.#connection.writableEnded) return;
    this.#closeSent = true;
    this.#connection.write(encodeClose(code));
  }

  override _read(): void {
    this.#connection.resume();
  }

  /** What goes out for a chunk that was written: one frame, or one for each payload of a multiplexed stream. */
  #encoded(chunk: Buffer): Buffer {
    if (this.#frames === null) return encodeFrame(this.#opcode, chunk);
    return Buffer.concat(
      [...this.#frames.push(chunk)].map(({ payload }) => encodeFrame(this.#opcode, payload)),
    );
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    let encoded: Buffer;
    try {
      encoded = this.#encoded(chunk);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (this.#closeSent || this.#connection.write(encoded)) {
      done();
      return;
    }
    const go = () => {
      this.#connection.off('drain', go).off('close', go);
      done();
    };
    this.#connection.on('drain', go).on('close', go);
  }

  override _final(done: () => void): void {
    this.#sendClose(1000);
    this.#connection.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#connection.writableEnded) this.#connection.destroy();
    done(error);
  }
}
