/** Writes an answer to the response of an ordinary request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { giveBack } from '../../kit/stream/give-back.ts';
import type { Answer, Headers } from '../answer.ts';
import { clientMessage, errorBody, statusOf } from './status.ts';

/** Names and values in turn: the form that Node writes fastest. */
export type RawHeaders = readonly string[];

export const rawHeaders = (headers: Headers): RawHeaders => Object.entries(headers).flat();

const jsonType: RawHeaders = ['Content-Type', 'application/json'];

/** A response and the headers that every answer on it carries. */
export interface Reply {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly base: RawHeaders;
}

function head({ res, base }: Reply, status: number, headers: RawHeaders): void {
  res.writeHead(status, [...base, ...headers]);
}

function whole(reply: Reply, status: number, headers: RawHeaders, body: string): void {
  head(reply, status, [...headers, 'Content-Length', String(Buffer.byteLength(body))]);
  reply.res.end(body);
}

/** An error as its own answer; nothing of another answer may have been sent. */
export function respondError(reply: Reply, error: unknown): void {
  const status = statusOf(error);
  if (status === 304) empty(reply, 304, []);
  else respondMessage(reply, status, clientMessage(error));
}

export function respondMessage(reply: Reply, status: number, message: string): void {
  whole(reply, status, jsonType, errorBody(message));
}

/** For people, where no program can be expected to read it. */
export function respondText(reply: Reply, status: number, text: string): void {
  whole(
    reply,
    status,
    ['Content-Type', 'text/plain; charset=utf-8', 'X-Content-Type-Options', 'nosniff'],
    `${text}\n`,
  );
}

function empty(reply: Reply, status: number, headers: RawHeaders): void {
  const bodiless = status === 204 || status === 304;
  head(reply, status, bodiless ? headers : [...headers, 'Content-Length', '0']);
  reply.res.end();
}

export function respondMoved(reply: Reply, location: string): void {
  empty(reply, 301, ['Location', location]);
}

/** Resolves when more can be written, or when nobody reads any more. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });
}

async function write(res: ServerResponse, chunk: string | Buffer): Promise<boolean> {
  if (res.destroyed) return false;
  if (!res.write(chunk)) await drained(res);
  return !res.destroyed;
}

async function writeRecords(reply: Reply, answer: Extract<Answer, { kind: 'records' }>): Promise<void> {
  const { res } = reply;
  const start = () => {
    head(reply, 200, ['Content-Type', answer.contentType]);
    res.flushHeaders();
  };
  if (answer.eager) start();
  try {
    for await (const record of answer.records) {
      if (!res.headersSent) start();
      if (!(await write(res, record))) return;
    }
  } catch (error) {
    if (!res.headersSent) throw error;
    if (answer.failure === undefined || res.destroyed) {
      res.destroy();
      throw error;
    }
    res.write(answer.failure(clientMessage(error)));
  }
  if (!res.headersSent) start();
  res.end();
}

/** Weight above zero for gzip, named or by `*`. */
export function takesGzip(header: string | undefined): boolean {
  const codings = (header ?? '')
    .split(',')
    .map((coding) => coding.split(';').map((part) => part.trim().toLowerCase()));
  const found = codings.find(([name]) => name === 'gzip') ?? codings.find(([name]) => name === '*');
  return found !== undefined && !found.slice(1).some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
}

const isReadable = (body: Readable | AsyncIterable<Buffer>): body is Readable => 'pipe' in body;

/** The response for a body whose buffers nobody needs once they are sent. */
function consumed(res: ServerResponse): Writable {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      res.write(chunk, (error) => {
        if (error == null) giveBack(chunk);
        done(error);
      });
    },
    final: (done) => void res.end(done),
  });
  res.once('close', () => sink.destroy());
  return sink;
}

async function writeBytes(reply: Reply, answer: Extract<Answer, { kind: 'bytes' }>): Promise<void> {
  const { req, res } = reply;
  const { body } = answer;
  const gzip = answer.gzip === true && takesGzip(req.headers['accept-encoding']);
  const coding = gzip ? ['Content-Encoding', 'gzip'] : [];
  head(reply, 200, ['Content-Type', answer.contentType, ...rawHeaders(answer.headers ?? {}), ...coding]);
  if (isReadable(body)) {
    const { createGzip } = gzip ? await import('node:zlib') : { createGzip: null };
    if (createGzip !== null) await pipeline(body, createGzip(), res);
    else await pipeline(body, answer.ownedChunks === true ? consumed(res) : res);
    return;
  }
  res.flushHeaders();
  try {
    for await (const chunk of body) if (!(await write(res, chunk))) return;
    res.end();
  } catch (error) {
    res.destroy();
    throw error;
  }
}

async function writeLater(reply: Reply, value: Promise<unknown>): Promise<void> {
  const { res } = reply;
  head(reply, 200, jsonType);
  res.flushHeaders();
  try {
    const found = await value;
    res.end(found === undefined ? undefined : `${JSON.stringify(found)}\n`);
  } catch (error) {
    res.destroy();
    throw error;
  }
}

/**
 * Rejects where the answer failed: before its header went out the caller still owes an answer, afterwards the
 * connection is cut.
 */
export async function respond(reply: Reply, answer: Answer): Promise<void> {
  switch (answer.kind) {
    case 'json':
      return whole(reply, answer.status, jsonType, `${JSON.stringify(answer.value)}\n`);
    case 'empty':
      return empty(reply, answer.status, rawHeaders(answer.headers ?? {}));
    case 'text':
      return whole(reply, answer.status, rawHeaders(answer.headers ?? {}), answer.text);
    case 'later':
      return writeLater(reply, answer.value);
    case 'records':
      return writeRecords(reply, answer);
    case 'bytes':
      return writeBytes(reply, answer);
    case 'hijack':
      throw new Error('a stream was answered on a connection that was not taken over');
  }
}
