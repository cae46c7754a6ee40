import type { Duplex } from 'node:stream';
import type { RequestLife } from './life.ts';

export interface ConnectionState {
  /** Requests that wait for the end of their answer. */
  open: number;
  /**
   * The last request asked for an upgrade that no route takes. Node's parser drops what it holds behind such a
   * request, so the connection can't go on.
   */
  spent: boolean;
}

/** What goes on right now, over all listeners. */
export class Running {
  /** Requests that can be aborted. */
  readonly lives = new Set<RequestLife>();
  /** All connections, those that became streams included. */
  readonly connections = new Map<Duplex, ConnectionState>();
  /** No new connections are taken, and those without a request are closed. */
  closing = false;

  abortAll(): void {
    for (const life of [...this.lives]) life.abort('the engine is shutting down');
    for (const connection of this.connections.keys()) connection.destroy();
  }

  /** An answer that may never end by itself: while the engine shuts down it is not begun. */
  endless(life: RequestLife): void {
    life.endless = true;
    if (this.closing) life.abort('the engine is shutting down');
  }

  /** Ends what would never end by itself. */
  abortEndless(): void {
    for (const life of [...this.lives]) if (life.endless) life.abort('the engine is shutting down');
  }
}
