/**
 * Clients that went away after they had ended their input. Node reads nothing more from such a connection, so it
 * sees the client's leave only when it writes; a quiet container would hold the connection for ever. All of them are
 * looked at together, now and then.
 */
import type { Duplex } from 'node:stream';

/** Tells whether the peer of a connected socket is gone: poll(2)'s POLLHUP. */
export type HungUp = (fd: number) => boolean;

const intervalMs = 5000;

function descriptor(socket: Duplex): number | undefined {
  const handle: unknown = '_handle' in socket ? socket._handle : undefined;
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined;
  return typeof handle.fd === 'number' && handle.fd >= 0 ? handle.fd : undefined;
}

export class HangUpWatch {
  readonly #hungUp: HungUp;
  readonly #intervalMs: number;
  readonly #quiet = new Set<Duplex>();
  #timer: NodeJS.Timeout | undefined;

  constructor(hungUp: HungUp, every = intervalMs) {
    this.#hungUp = hungUp;
    this.#intervalMs = every;
  }

  /** Destroys the connection once its client, having ended its input, is gone. */
  watch(socket: Duplex): void {
    socket.once('end', () => {
      if (socket.destroyed || descriptor(socket) === undefined) return;
      this.#quiet.add(socket);
      this.#timer ??= setInterval(() => this.#look(), this.#intervalMs).unref();
    });
    socket.once('close', () => this.#forget(socket));
  }

  #forget(socket: Duplex): void {
    this.#quiet.delete(socket);
    if (this.#quiet.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    for (const socket of this.#quiet) {
      const fd = descriptor(socket);
      if (fd === undefined || this.#hungUp(fd)) socket.destroy();
    }
  }
}
