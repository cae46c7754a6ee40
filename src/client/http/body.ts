/** Bytes of one message as they come. One reader; the source is told to wait when much lies unread. */
export class Body implements AsyncIterable<Buffer> {
  #queue: Buffer[] = [];
  #queued = 0;
  #done = false;
  #failure: unknown;
  #wake: (() => void) | undefined;
  readonly #flow: (wanted: boolean) => void;
  readonly #cancel: () => void;

  static readonly highWater = 1 << 20;

  constructor(flow: (wanted: boolean) => void, cancel: () => void) {
    this.#flow = flow;
    this.#cancel = cancel;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#queue.push(chunk);
    this.#queued += chunk.length;
    if (this.#queued > Body.highWater) this.#flow(false);
    this.#wake?.();
  }

  end(): void {
    this.#done = true;
    this.#wake?.();
  }

  fail(error: unknown): void {
    if (this.#done) return;
    this.#failure ??= error;
    this.#wake?.();
  }

  /** The next piece, `undefined` at the end. Rejects with the connection's error. */
  async read(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = this.#queue.shift();
      if (chunk !== undefined) {
        this.#queued -= chunk.length;
        if (this.#queued <= Body.highWater) this.#flow(true);
        return chunk;
      }
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#done) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** Gives up what is left; the connection is closed. */
  cancel(): void {
    if (!this.#done) this.#cancel();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (let chunk = await this.read(); chunk !== undefined; chunk = await this.read()) yield chunk;
    } finally {
      this.cancel();
    }
  }

  /** All of it as text. */
  async text(): Promise<string> {
    const chunks: Buffer[] = [];
    for (let chunk = await this.read(); chunk !== undefined; chunk = await this.read()) chunks.push(chunk);
    return (chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)).toString();
  }
}
