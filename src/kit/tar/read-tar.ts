/**
 * A tar as a sequence of entries, pulled: nothing is read from the source until the caller asks for the next entry
 * or for content. For work on many small files feed a `TarParser` instead: it costs no promise.
 */
import { Readable } from 'node:stream';
import { invalid } from '../../errors/minke-error.ts';
import type { TarHeader } from './header.ts';
import { TarParser } from './parser.ts';

export interface TarEntry {
  readonly header: TarHeader;
  /** What is not read is skipped when the next entry is asked for. */
  readonly body: TarBody;
}

type Event =
  | { readonly kind: 'entry'; readonly header: TarHeader }
  | { readonly kind: 'data'; readonly chunk: Buffer; readonly offset: number }
  | { readonly kind: 'end' };

/** Events of the chunk last read, and the way to more. */
class Events {
  readonly #input: AsyncIterator<Buffer>;
  readonly #parser: TarParser;
  #queue: Event[] = [];
  #next = 0;
  #over = false;

  constructor(input: AsyncIterable<Buffer>) {
    this.#input = input[Symbol.asyncIterator]();
    this.#parser = new TarParser({
      entry: (header) => this.#queue.push({ kind: 'entry', header }),
      data: (chunk, offset) => this.#queue.push({ kind: 'data', chunk, offset }),
      entryEnd: () => this.#queue.push({ kind: 'end' }),
    });
  }

  /** The next event, already read; undefined where the source has to be asked. */
  shift(): Event | undefined {
    const event = this.#queue[this.#next];
    if (event !== undefined) this.#next++;
    return event;
  }

  /** False at the end of the archive. */
  async more(): Promise<boolean> {
    if (this.#over) return false;
    this.#queue = [];
    this.#next = 0;
    const { value, done } = await this.#input.next();
    if (done === true) {
      this.#over = true;
      this.#parser.end();
      return false;
    }
    this.#parser.write(value);
    return true;
  }

  async pull(): Promise<Event | undefined> {
    for (;;) {
      const event = this.shift();
      if (event !== undefined) return event;
      if (!(await this.more())) return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#input.return?.();
  }
}

const zeros = Buffer.alloc(64 * 1024);

export class TarBody implements AsyncIterable<Buffer> {
  readonly #events: Events;
  readonly #size: number;
  #at = 0;
  #ended = false;

  constructor(events: Events, size: number) {
    this.#events = events;
    this.#size = size;
  }

  /** The content, holes filled with zeros. To be read once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    while (!this.#ended) {
      const event = await this.#events.pull();
      const until = event?.kind === 'data' ? event.offset : this.#size;
      if (event?.kind !== 'data') this.#ended = true;
      while (this.#at < until) {
        const hole = zeros.subarray(0, Math.min(zeros.length, until - this.#at));
        this.#at += hole.length;
        yield hole;
      }
      if (event?.kind !== 'data') return;
      this.#at += event.chunk.length;
      yield event.chunk;
    }
  }

  readable(): Readable {
    return Readable.from(this, { objectMode: false });
  }

  /** The whole content; throws `invalid` where it is larger than `limit` bytes, before anything is read. */
  async bytes(limit: number): Promise<Buffer> {
    if (this.#size > limit) throw invalid(`entry of ${this.#size} bytes is larger than ${limit} bytes`);
    const chunks: Buffer[] = [];
    for await (const chunk of this) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Passes over what was not read. */
  async skip(): Promise<void> {
    while (!this.#ended) {
      const event = await this.#events.pull();
      if (event?.kind !== 'data') this.#ended = true;
    }
  }
}

/** Entries in the archive's order. Leaving the loop early closes the source. */
export async function* readTar(input: AsyncIterable<Buffer>): AsyncGenerator<TarEntry, void, undefined> {
  const events = new Events(input);
  try {
    for (;;) {
      const event = await events.pull();
      if (event === undefined) return;
      if (event.kind !== 'entry') continue;
      const body = new TarBody(events, event.header.size);
      yield { header: event.header, body };
      await body.skip();
    }
  } finally {
    await events.close();
  }
}
