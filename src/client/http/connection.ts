import type { Duplex } from 'node:stream';
import { unavailable } from '../../errors/minke-error.ts';
import { Body } from './body.ts';
import { ChunkedReader } from './chunked.ts';
import { parseHead, type ResponseHead } from './head.ts';

export type RequestBody = string | Buffer | AsyncIterable<Uint8Array>;

export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Response extends ResponseHead {
  readonly body: Body;
}

/** The raw stream after an upgrade, and the bytes that came right behind the head. */
export interface Hijacked {
  readonly socket: Duplex;
  readonly early: Buffer;
  readonly headers: ReadonlyMap<string, string>;
}

const nothing = Buffer.alloc(0);

/**
 * One HTTP/1.1 connection: one message at a time, kept alive between them, or handed over raw after an upgrade.
 * Node's and Bun's own clients can't all hijack, and cost more at start than this.
 */
export class Connection {
  readonly #socket: Duplex;
  #pending: Buffer = nothing;
  #onHead: ((head: ResponseHead) => void) | undefined;
  #onFailure: ((error: unknown) => void) | undefined;
  #consume: ((data: Buffer) => void) | undefined;
  #onEnd: (() => void) | undefined;
  #closed = false;
  #uploading = false;
  #refused = false;
  /** True while nothing is under way and the peer has not closed. */
  idle = true;
  idleSince = 0;
  readonly #onData = (data: Buffer): void => this.#data(data);
  readonly #onClose = (): void => this.#ended();
  readonly #onError = (error: unknown): void => this.#failed(error);

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onClose);
    socket.on('close', this.#onClose);
    socket.on('error', this.#onError);
  }

  get closed(): boolean {
    return this.#closed;
  }

  destroy(error?: Error): void {
    this.#closed = true;
    this.#socket.destroy(error);
  }

  /** Sends a request; resolves with the head of the answer, its body still flowing. */
  async request(head: RequestHead, body?: RequestBody): Promise<Response> {
    const response = await this.#exchange(head, body);
    return { ...response, body: this.#body(head.method, response) };
  }

  /** Sends a request that asks to leave HTTP. A refusal comes back as an ordinary response. */
  async hijack(head: RequestHead, body?: string): Promise<Hijacked | Response> {
    const response = await this.#exchange(head, body);
    // Before API 1.22, and without the headers, a daemon answers 200 and goes raw all the same.
    const raw = response.headers.get('content-type')?.startsWith('application/vnd.docker.') ?? false;
    if (response.status !== 101 && !(response.status === 200 && raw))
      return { ...response, body: this.#body(head.method, response) };
    const socket = this.#socket;
    socket.off('data', this.#onData);
    socket.off('end', this.#onClose);
    socket.off('close', this.#onClose);
    socket.off('error', this.#onError);
    socket.pause();
    const early = this.#pending;
    this.#pending = nothing;
    return { socket, early, headers: response.headers };
  }

  #exchange(head: RequestHead, body: RequestBody | undefined): Promise<ResponseHead> {
    this.idle = false;
    return new Promise((resolve, reject) => {
      this.#onFailure = reject;
      this.#onHead = (response) => {
        this.#onHead = undefined;
        this.#onFailure = undefined;
        resolve(response);
      };
      this.#consume = (data) => this.#headData(data);
      this.#send(head, body);
      if (this.#pending.length > 0) this.#data(nothing);
    });
  }

  #send(head: RequestHead, body: RequestBody | undefined): void {
    let source = `${head.method} ${head.path} HTTP/1.1\r\n`;
    for (const [name, value] of Object.entries(head.headers))
      source += `${name}: ${value.replace(/[\r\n]/g, ' ')}\r\n`;
    if (body === undefined) {
      if (head.method !== 'GET' && head.method !== 'HEAD') source += 'Content-Length: 0\r\n';
      this.#socket.write(`${source}\r\n`);
    } else if (typeof body === 'string' || Buffer.isBuffer(body)) {
      source += `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
      if (typeof body === 'string') this.#socket.write(source + body);
      else {
        this.#socket.write(source);
        this.#socket.write(body);
      }
    } else {
      this.#socket.write(`${source}Transfer-Encoding: chunked\r\n\r\n`);
      this.#uploading = true;
      this.#upload(body).catch((error: unknown) => {
        this.#failed(error);
        this.destroy();
      });
    }
  }

  async #upload(body: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const piece of body) {
      if (this.#closed) return;
      if (this.#refused) return; // no use in sending more; the connection ends with the answer
      if (piece.length === 0) continue;
      this.#socket.write(`${piece.length.toString(16)}\r\n`);
      this.#socket.write(piece);
      if (!this.#socket.write('\r\n')) await this.#drained();
    }
    this.#socket.write('0\r\n\r\n');
    this.#uploading = false;
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#socket.off('drain', done);
        this.#socket.off('close', done);
        resolve();
      };
      this.#socket.once('drain', done);
      this.#socket.once('close', done);
    });
  }

  #data(data: Buffer): void {
    if (this.#consume === undefined) {
      this.#pending = this.#pending.length === 0 ? data : Buffer.concat([this.#pending, data]);
      return;
    }
    const all = this.#pending.length === 0 ? data : Buffer.concat([this.#pending, data]);
    this.#pending = nothing;
    try {
      this.#consume(all);
    } catch (error) {
      this.#failed(error);
      this.destroy();
    }
  }

  #headData(data: Buffer): void {
    const end = data.indexOf('\r\n\r\n');
    if (end < 0) {
      if (data.length > 1 << 20) throw unavailable('response header of the daemon is too long');
      this.#pending = data;
      return;
    }
    const head = parseHead(data.toString('latin1', 0, end));
    const rest = data.subarray(end + 4);
    if (head.status >= 100 && head.status < 200 && head.status !== 101) {
      if (rest.length > 0) this.#headData(rest);
      return;
    }
    this.#consume = undefined;
    this.#pending = rest;
    this.#refused = head.status >= 400;
    this.#onHead?.(head);
  }

  /** Starts reading the body that `head` announces (RFC 9112 6.3). */
  #body(method: string, head: ResponseHead): Body {
    const body = new Body(
      (wanted) => void (wanted ? this.#socket.resume() : this.#socket.pause()),
      () => this.destroy(),
    );
    this.#onFailure = (error) => body.fail(error);
    const length = head.headers.get('content-length');
    const keep = head.headers.get('connection')?.toLowerCase() !== 'close';
    if (method === 'HEAD' || head.status === 204 || head.status === 304) this.#finish(body, keep);
    else if (head.headers.get('transfer-encoding')?.toLowerCase().includes('chunked'))
      this.#chunked(body, keep);
    else if (length !== undefined && /^\d+$/.test(length)) this.#counted(body, Number(length), keep);
    else {
      this.#consume = (data) => body.push(data);
      this.#onEnd = () => this.#finish(body, false);
    }
    if (this.#consume !== undefined && this.#pending.length > 0) this.#data(nothing);
    if (this.#closed) this.#ended();
    return body;
  }

  #chunked(body: Body, keep: boolean): void {
    const reader = new ChunkedReader();
    this.#consume = (data) => {
      const used = reader.push(data, (chunk) => body.push(chunk));
      if (!reader.done) return;
      this.#finish(body, keep);
      this.#pending = data.subarray(used);
    };
  }

  #counted(body: Body, length: number, keep: boolean): void {
    let left = length;
    if (left === 0) {
      this.#finish(body, keep);
      return;
    }
    this.#consume = (data) => {
      body.push(data.subarray(0, left));
      const used = Math.min(left, data.length);
      left -= used;
      if (left > 0) return;
      this.#finish(body, keep);
      this.#pending = data.subarray(used);
    };
  }

  #finish(body: Body, keep: boolean): void {
    this.#consume = undefined;
    this.#onFailure = undefined;
    this.#onEnd = undefined;
    body.end();
    if (keep && !this.#closed && !this.#uploading) {
      this.#socket.resume();
      this.idle = true;
      this.idleSince = performance.now();
    } else this.destroy();
  }

  #ended(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#socket.destroy(); // half-open sockets stay until told
    }
    this.idle = false;
    if (this.#onEnd !== undefined) this.#onEnd();
    else this.#failed(unavailable('the daemon closed the connection: unexpected EOF'));
  }

  #failed(error: unknown): void {
    this.#closed = true;
    this.idle = false;
    this.#onFailure?.(error);
    this.#onFailure = undefined;
  }
}
