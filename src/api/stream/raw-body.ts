/**
 * The body of a request whose connection was taken over: the bytes behind the head, by `Content-Length` or in chunks
 * (RFC 9112, sections 6 and 7). The head was judged by the HTTP parser, which refuses contradicting lengths.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { invalid } from '../../errors/minke-error.ts';

export interface RawBody {
  /** Takes bytes; answers what lies behind the body once it is whole, null while it is not. */
  push(chunk: Buffer): Buffer | null;
  /** The body, once whole. */
  readonly bytes: Buffer;
}

class SizedBody implements RawBody {
  readonly #chunks: Buffer[] = [];
  #missing: number;

  constructor(size: number) {
    this.#missing = size;
  }

  push(chunk: Buffer): Buffer | null {
    const taken = chunk.subarray(0, this.#missing);
    this.#chunks.push(taken);
    this.#missing -= taken.length;
    return this.#missing === 0 ? chunk.subarray(taken.length) : null;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

const maxLine = 4096;

class ChunkedBody implements RawBody {
  readonly #chunks: Buffer[] = [];
  readonly #limit: number;
  #rest = Buffer.alloc(0);
  #bytes = 0;
  #ended = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A line without its CR LF, or null while it is not whole. */
  #line(): string | null {
    const end = this.#rest.indexOf('\r\n');
    if (end < 0 && this.#rest.length <= maxLine) return null;
    if (end < 0 || end > maxLine) throw invalid('malformed chunked encoding');
    const line = this.#rest.toString('latin1', 0, end);
    this.#rest = this.#rest.subarray(end + 2);
    return line;
  }

  push(chunk: Buffer): Buffer | null {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (!this.#ended) {
      const before = this.#rest;
      const line = this.#line();
      if (line === null) return null;
      const size = /^([0-9a-fA-F]{1,8})(?:[ \t]*;.*)?$/.exec(line)?.[1];
      if (size === undefined) throw invalid('malformed chunked encoding');
      if (!this.#take(Number.parseInt(size, 16))) {
        this.#rest = before;
        return null;
      }
    }
    return this.#trailer();
  }

  /** One chunk with its CR LF; false while it is not whole. */
  #take(size: number): boolean {
    this.#ended = size === 0;
    if (size === 0) return true;
    if (this.#bytes + size > this.#limit) throw invalid(`request body is larger than ${this.#limit} bytes`);
    if (this.#rest.length < size + 2) return false;
    if (this.#rest.toString('latin1', size, size + 2) !== '\r\n') throw invalid('malformed chunked encoding');
    this.#chunks.push(this.#rest.subarray(0, size));
    this.#bytes += size;
    this.#rest = this.#rest.subarray(size + 2);
    return true;
  }

  #trailer(): Buffer | null {
    for (;;) {
      const line = this.#line();
      if (line === null) return null;
      if (line === '') return this.#rest;
    }
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** Throws `invalid` where the head announces more than `limit` bytes. */
export function rawBody(headers: IncomingHttpHeaders, limit: number): RawBody {
  if (headers['transfer-encoding'] !== undefined) {
    if (headers['transfer-encoding'].trim().toLowerCase() !== 'chunked')
      throw invalid('unsupported transfer encoding');
    return new ChunkedBody(limit);
  }
  const size = Number(headers['content-length'] ?? 0);
  if (!Number.isSafeInteger(size) || size > limit)
    throw invalid(`request body is larger than ${limit} bytes`);
  return new SizedBody(size);
}
