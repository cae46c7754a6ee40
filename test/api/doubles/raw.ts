/** A connection by hand: what goes out and comes in, byte for byte. */
import { connect, type Socket } from 'node:net';
import { until } from '../../harness/until.ts';

export class RawConnection implements Disposable {
  readonly socket: Socket;
  /** All that came so far. */
  received: Buffer = Buffer.alloc(0);
  ended = false;
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
  }

  static async open(path: string): Promise<RawConnection> {
    const socket = connect({ path, allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawConnection(socket);
  }

  send(text: string | Buffer): void {
    this.socket.write(text);
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  /** Waits until the text so far holds `part`. */
  async sees(part: string): Promise<string> {
    await until(`"${part}" in ${JSON.stringify(this.text)}`, () => this.text.includes(part), {
      every: 2,
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; came: ${JSON.stringify(this.text)}`);
    });
    return this.text;
  }

  async end(): Promise<string> {
    await until('end of the connection', () => this.ended || this.closed, { every: 2 });
    return this.text;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

/** Sends `text`, waits for the end of the connection, answers all that came. */
export async function exchange(path: string, text: string): Promise<string> {
  using connection = await RawConnection.open(path);
  connection.send(text);
  return await connection.end();
}
