import { internal } from '../../errors/minke-error.ts';

type State = 'size' | 'data' | 'data-end' | 'trailer' | 'done';

/** Takes `Transfer-Encoding: chunked` apart (RFC 9112 7.1), in pieces of any size. */
export class ChunkedReader {
  #state: State = 'size';
  #left = 0;
  #line = '';

  get done(): boolean {
    return this.#state === 'done';
  }

  /** Hands payload to `sink`; returns how many bytes of `data` belonged to the message. */
  push(data: Buffer, sink: (chunk: Buffer) => void): number {
    let at = 0;
    while (at < data.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const end = Math.min(data.length, at + this.#left);
        sink(data.subarray(at, end));
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#state = 'data-end';
        continue;
      }
      const newline = data.indexOf(10, at);
      this.#line += data.toString('latin1', at, newline < 0 ? data.length : newline);
      if (this.#line.length > 16_384) throw internal('malformed chunked encoding');
      if (newline < 0) return data.length;
      at = newline + 1;
      this.#endLine();
    }
    return at;
  }

  #endLine(): void {
    const line = this.#line.replace(/\r$/, '');
    this.#line = '';
    if (this.#state === 'data-end') {
      if (line !== '') throw internal('malformed chunked encoding');
      this.#state = 'size';
    } else if (this.#state === 'trailer') {
      if (line === '') this.#state = 'done';
    } else {
      const size = /^([0-9a-fA-F]{1,12})\s*(?:;.*)?$/.exec(line)?.[1];
      if (size === undefined) throw internal('malformed chunked encoding');
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? 'trailer' : 'data';
    }
  }
}
