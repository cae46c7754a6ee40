/** What a handler answers: data. The one place that writes answers to a connection is `http/respond.ts`. */
import type { Readable } from 'node:stream';
import type { AttachedStream, OpeningStream } from '../services/containers/contract.ts';

export type Headers = Readonly<Record<string, string>>;

export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly value: unknown }
  | { readonly kind: 'empty'; readonly status: number; readonly headers?: Headers }
  | { readonly kind: 'text'; readonly status: number; readonly text: string; readonly headers?: Headers }
  /** The header goes out at once, the body when the promise is kept; undefined ends it without a body. */
  | { readonly kind: 'later'; readonly value: Promise<unknown> }
  /**
   * A stream of JSON records. With `eager` the header goes out before the first record, so errors can only show in
   * the stream; without it, an error before the first record still gets its own status.
   */
  | {
      readonly kind: 'records';
      readonly contentType: string;
      readonly eager: boolean;
      readonly records: AsyncIterable<string>;
      /** How an error after the header looks; without it the connection is cut. */
      readonly failure?: (message: string) => string;
    }
  | {
      readonly kind: 'bytes';
      readonly contentType: string;
      readonly headers?: Headers;
      readonly body: Readable | AsyncIterable<Buffer>;
      /** Compress where the client asks for it. */
      readonly gzip?: boolean;
      /** It may never end by itself: nobody waits for its end when the daemon is told to go. */
      readonly endless?: boolean;
      /** The body's buffers are nobody else's: their memory is given back once they are sent. */
      readonly ownedChunks?: boolean;
    }
  /** The connection becomes a stream both ways; without `input`, what the client sends has no reader. */
  | {
      readonly kind: 'hijack';
      readonly attached: AttachedStream | OpeningStream;
      readonly input: boolean;
    };

export const json = (value: unknown, status = 200): Answer => ({ kind: 'json', status, value });
export const created = (value: unknown): Answer => json(value, 201);
export const ok: Answer = { kind: 'empty', status: 200 };
export const createdEmpty: Answer = { kind: 'empty', status: 201 };
export const noContent: Answer = { kind: 'empty', status: 204 };
