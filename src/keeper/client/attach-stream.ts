import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { unavailable } from '../../errors/minke-error.ts';

export interface AttachStreamOptions {
  /** Connects and attaches (again); the answer was taken off the socket. */
  readonly connect: () => Promise<Socket>;
  /** The connection has ended: did the keeper end it, or did it die? */
  readonly keeperDied: () => Promise<boolean>;
  /** The task was not started yet, so attaching again misses nothing. */
  readonly notStarted: () => boolean;
}

/**
 * One attachment as the daemon sees it. When the keeper dies before the task was started it attaches to the next one
 * by itself; later it fails, since output may have been lost with the connection (the log has it).
 */
export class AttachStream extends Duplex {
  readonly #options: AttachStreamOptions;
  #socket: Socket;
  #returning: Promise<void> = Promise.resolve();

  constructor(socket: Socket, options: AttachStreamOptions) {
    super({ allowHalfOpen: true, emitClose: true });
    this.#options = options;
    this.#socket = socket;
    this.#listen(socket);
  }

  /** Over once it is attached, or has ended, after the death of a keeper; at once where none died. */
  get returning(): Promise<void> {
    return this.#returning;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, (error) => done(error));
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #listen(socket: Socket): void {
    socket.pause();
    socket.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) socket.pause();
    });
    socket.on('error', () => {});
    let ended = false;
    const onEnd = () => {
      if (ended || this.destroyed) return;
      ended = true;
      this.#returning = this.#ended().catch((error: unknown) => {
        this.destroy(error instanceof Error ? error : new Error(String(error)));
      });
    };
    socket.on('end', onEnd);
    socket.on('close', onEnd);
  }

  async #ended(): Promise<void> {
    // After our own half-close the keeper may end the attachment alone.
    if (this.writableEnded || !(await this.#options.keeperDied())) {
      this.push(null);
      return;
    }
    if (!this.#options.notStarted()) {
      this.destroy(unavailable('the keeper was restarted; attach again'));
      return;
    }
    this.#socket.destroy();
    this.#socket = await this.#options.connect();
    this.#listen(this.#socket);
    if (this.destroyed) this.#socket.destroy();
    else this.#socket.resume();
  }
}
