/**
 * A route as data. `route()` ties the types of its path, query and body to its handler and gives back a `Route`, which
 * the router, the reference pages and the tests read.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type * as v from 'valibot';
import type { Logger } from '../kit/log/logger.ts';
import { type Fields, type FieldValues, readFields } from '../wire/api/fields.ts';
import type { Query } from '../wire/api/query.ts';
import type { ApiVersion } from '../wire/api/versions.ts';
import type { Answer } from './answer.ts';
import type { ApiServices } from './services.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';

/** `{id}` is one segment of the path, `{id*}` one or more. */
export type Params<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name extends `${infer Bare}*` ? Bare : Name]: string } & Params<Rest>
  : unknown;

/**
 * - `none`: nothing is read.
 * - `json`: `application/json` judged by the schema; a missing body, and `null`, count as `{}` unless `required`.
 * - `stream`: handed on as it comes.
 */
export type BodyRule<T> =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly schema: v.GenericSchema<unknown, T>; readonly required: boolean }
  | { readonly kind: 'stream' };

export const jsonBody = <T>(schema: v.GenericSchema<unknown, T>, options = { required: false }) =>
  ({ kind: 'json', schema, required: options.required }) as const;
export const streamBody = { kind: 'stream' } as const;
const noBody = { kind: 'none' } as const;

type BodyOf<B> = B extends { kind: 'json'; schema: v.GenericSchema<unknown, infer T> }
  ? T
  : B extends { kind: 'stream' }
    ? Readable
    : undefined;

export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly version: ApiVersion;
  readonly headers: IncomingHttpHeaders;
  /** Aborted when the client goes away before the answer is whole, and when the server closes. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** A request before its route's types are put on. */
export interface RawCall extends Omit<Call<Readonly<Record<string, string>>, Query, unknown>, 'body'> {
  /** Reads and judges the body as the rule says. */
  body(rule: BodyRule<unknown>): Promise<unknown>;
}

/** A call with its query and body read. The signal is made only when a handler asks for it. */
class TypedCall implements Call<unknown, unknown, unknown> {
  readonly query: unknown;
  readonly body: unknown;
  readonly #raw: RawCall;

  constructor(raw: RawCall, query: unknown, body: unknown) {
    this.#raw = raw;
    this.query = query;
    this.body = body;
  }

  get params(): Readonly<Record<string, string>> {
    return this.#raw.params;
  }
  get version(): ApiVersion {
    return this.#raw.version;
  }
  get headers(): IncomingHttpHeaders {
    return this.#raw.headers;
  }
  get log(): Logger {
    return this.#raw.log;
  }
  get signal(): AbortSignal {
    return this.#raw.signal;
  }
}

export interface Definition<Path extends string, F extends Fields, B> {
  readonly method: Method;
  readonly path: Path;
  /** Its name in the API description; null where the description has none. */
  readonly operation: string | null;
  /** First API version that had it. For the reference pages: like Docker, every route is served at every version. */
  readonly since: ApiVersion;
  readonly query?: F;
  readonly body?: B;
  /** `hijack`: the connection turns into a stream, with or without an `Upgrade` header. `websocket`: by RFC 6455. */
  readonly connection?: 'hijack' | 'websocket';
  readonly handle: (
    call: Call<Params<Path>, FieldValues<F>, BodyOf<B>>,
    services: ApiServices,
  ) => Answer | Promise<Answer>;
}

export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly operation: string | null;
  readonly since: ApiVersion;
  readonly fields: Fields;
  readonly body: 'none' | 'json' | 'stream';
  readonly connection: 'plain' | 'hijack' | 'websocket';
  run(call: RawCall, services: ApiServices): Promise<Answer>;
}

export function route<
  const Path extends string,
  F extends Fields = Record<never, never>,
  B extends BodyRule<unknown> = { kind: 'none' },
>(definition: Definition<Path, F, B>): Route {
  const { method, path, operation, since, handle } = definition;
  const rule: BodyRule<unknown> = definition.body ?? noBody;
  const fields: Fields = definition.query ?? {};
  return {
    method,
    path,
    operation,
    since,
    fields,
    body: rule.kind,
    connection: definition.connection ?? 'plain',
    async run(call, services) {
      const query = readFields(fields, call.query);
      const body = await call.body(rule);
      // The router fills the params that the path names; fields and body were just read by their own schemas.
      const typed = new TypedCall(call, query, body);
      return handle(typed as unknown as Parameters<typeof handle>[0], services);
    },
  };
}
