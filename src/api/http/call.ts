/**
 * What a route gets of a request. Classes, because an accessor in an object literal gives every object a hidden class
 * of its own in V8, which costs a third of the throughput and memory that only full collections free.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Duplex, PassThrough, type Readable } from 'node:stream';
import type { Logger } from '../../kit/log/logger.ts';
import { parseQuery, type Query } from '../../wire/api/query.ts';
import type { ApiVersion } from '../../wire/api/versions.ts';
import type { BodyRule, RawCall } from '../route.ts';
import { rawBody } from '../stream/raw-body.ts';
import { readBehind } from '../stream/read-behind.ts';
import { continueIfExpected } from '../stream/upgrade.ts';
import { checkJsonType, collect, maxJsonBytes, readJsonBody } from './body.ts';
import type { Dispatch } from './dispatch.ts';
import type { RequestLife } from './life.ts';

type Found = Extract<Dispatch, { kind: 'route' }>;

abstract class RequestCall implements RawCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly version: ApiVersion;
  readonly log: Logger;
  protected readonly req: IncomingMessage;
  readonly #life: RequestLife;

  /** Throws `invalid` on a malformed query. */
  constructor(req: IncomingMessage, found: Found, life: RequestLife, log: Logger) {
    this.params = found.match.params;
    this.query = parseQuery(found.query);
    this.version = found.version;
    this.log = log;
    this.req = req;
    this.#life = life;
  }

  get headers(): IncomingHttpHeaders {
    return this.req.headers;
  }

  get signal(): AbortSignal {
    return this.#life.signal;
  }

  abstract body(rule: BodyRule<unknown>): Promise<unknown>;
}

/** The body as a stream of its own: who gives it up must not cut the connection, which an answer is still owed on. */
function bodyOf(req: IncomingMessage): Readable {
  const body = new PassThrough();
  // A body that nobody reads any more, or not yet, is nobody's trouble.
  body.on('error', () => {});
  req.once('error', (error) => body.destroy(error));
  req.once('close', () => {
    if (!req.complete) body.destroy(new Error('aborted'));
  });
  return req.pipe(body);
}

/** A request whose body the HTTP parser reads. */
export class PlainCall extends RequestCall {
  async body(rule: BodyRule<unknown>): Promise<unknown> {
    if (rule.kind === 'none') return undefined;
    if (rule.kind === 'stream') return bodyOf(this.req);
    checkJsonType(this.req.headers);
    return readJsonBody(rule, await collect(this.req, maxJsonBytes));
  }
}

/**
 * A request whose connection was taken over: the body lies behind the head on the bare connection, and reading it
 * leaves what came behind it for the stream.
 */
export class StreamCall extends RequestCall {
  readonly #socket: Duplex;
  readonly #head: Buffer;

  constructor(
    req: IncomingMessage,
    found: Found,
    life: RequestLife,
    log: Logger,
    connection: { socket: Duplex; head: Buffer },
  ) {
    super(req, found, life, log);
    this.#socket = connection.socket;
    this.#head = connection.head;
  }

  async body(rule: BodyRule<unknown>): Promise<unknown> {
    if (rule.kind === 'json') checkJsonType(this.req.headers);
    continueIfExpected(this.req, this.#socket);
    const bytes = await readBehind(this.#socket, this.#head, rawBody(this.req.headers, maxJsonBytes));
    return rule.kind === 'json' ? readJsonBody(rule, bytes) : undefined;
  }
}
