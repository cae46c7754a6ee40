import type { Writable } from 'node:stream';
import { cancelled } from '../../errors/minke-error.ts';

/**
 * How long one request lives. Its signal is made when somebody asks for it: most requests are answered at once and
 * need none.
 */
export class RequestLife {
  readonly #connection: Writable;
  readonly #all: Set<RequestLife>;
  #controller: AbortController | undefined;
  #over = false;
  /** Its answer may never end by itself, so closing the server need not wait for it. */
  endless = false;

  /**
   * @param connection what the answer is written to; closed before it is finished, the client is gone
   * @param all requests that can be aborted; this one adds and removes itself
   */
  constructor(connection: Writable, all: Set<RequestLife>) {
    this.#connection = connection;
    this.#all = all;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (!this.#over) this.#all.add(this);
      this.#connection.once('close', () => {
        if (!this.#connection.writableFinished) this.abort('the client went away');
      });
    }
    return this.#controller.signal;
  }

  /** The answer is whole. From here on nobody can abort it, the client's leave included. */
  end(): void {
    this.#over = true;
    this.#all.delete(this);
  }

  abort(why: string): void {
    this.#all.delete(this);
    if (!this.#over) this.#controller?.abort(cancelled(why));
  }
}
