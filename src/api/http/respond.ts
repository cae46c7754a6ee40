/** Writes an answer to the response of an ordinary request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer, Headers } from '../answer.ts';
import { clientMessage, errorBody, statusOf } from './status.ts';

const jsonType = { 'Content-Type': 'application/json' };

function whole(res: ServerResponse, status: number, headers: Headers, body: string): void {
  const bytes = Buffer.from(body);
  res.writeHead(status, { ...headers, 'Content-Length': bytes.length });
  res.end(bytes);
}

/** An error as its own answer; nothing of another answer may have been sent. */
export function respondError(res: ServerResponse, error: unknown): number {
  const status = statusOf(error);
  if (status === 304) res.writeHead(304).end();
  else whole(res, status, jsonType, errorBody(clientMessage(error)));
  return status;
}

export function respondMessage(res: ServerResponse, status: number, message: string): void {
  whole(res, status, jsonType, errorBody(message));
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

async function writeRecords(
  res: ServerResponse,
  answer: Extract<Answer, { kind: 'records' }>,
): Promise<void> {
  const start = () => {
    res.writeHead(200, { 'Content-Type': answer.contentType });
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
  const codings = (header ?? '').split(',').map((part) =>
    part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/),
  );
  const found = codings.find(([name]) => name === 'gzip') ?? codings.find(([name]) => name === '*');
  return found !== undefined && !found.slice(1).some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
}

const isReadable = (body: Readable | AsyncIterable<Buffer>): body is Readable => 'pipe' in body;

async function writeBytes(
  req: IncomingMessage,
  res: ServerResponse,
  answer: Extract<Answer, { kind: 'bytes' }>,
): Promise<void> {
  const { body } = answer;
  const gzip = answer.gzip === true && takesGzip(req.headers['accept-encoding']);
  res.writeHead(200, {
    'Content-Type': answer.contentType,
    ...answer.headers,
    ...(gzip ? { 'Content-Encoding': 'gzip' } : {}),
  });
  if (isReadable(body)) {
    const { createGzip } = gzip ? await import('node:zlib') : { createGzip: null };
    await (createGzip === null ? pipeline(body, res) : pipeline(body, createGzip(), res));
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

async function writeLater(res: ServerResponse, value: Promise<unknown>): Promise<void> {
  res.writeHead(200, jsonType);
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
export async function respond(req: IncomingMessage, res: ServerResponse, answer: Answer): Promise<void> {
  switch (answer.kind) {
    case 'json':
      return whole(res, answer.status, jsonType, `${JSON.stringify(answer.value)}\n`);
    case 'empty': {
      const bodiless = answer.status === 204 || answer.status === 304;
      res.writeHead(answer.status, { ...answer.headers, ...(bodiless ? {} : { 'Content-Length': '0' }) });
      res.end();
      return;
    }
    case 'text':
      return whole(res, answer.status, answer.headers ?? {}, answer.text);
    case 'later':
      return writeLater(res, answer.value);
    case 'records':
      return writeRecords(res, answer);
    case 'bytes':
      return writeBytes(req, res, answer);
    case 'hijack':
      throw new Error('a stream was answered on a connection that was not taken over');
  }
}
