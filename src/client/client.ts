import { invalid, unavailable } from '../errors/minke-error.ts';
import { ApiError, apiError } from './api-error.ts';
import { Connection, type Hijacked, type RequestBody, type Response } from './http/connection.ts';
import { type Json, parseJson } from './json.ts';
import { encodeQuery, type Query } from './query.ts';
import type { Dial } from './transport/dial.ts';

/** The newest API version this client was written against, and the oldest it speaks. */
export const newestVersion = '1.51';
const oldestVersion = '1.24';

export interface ClientOptions {
  readonly dial: Dial;
  /** Where the daemon is, for messages: `unix:///var/run/docker.sock`. */
  readonly host: string;
  /** Path before every route (`tcp://host:port/prefix`). */
  readonly prefix?: string;
  /** A version to insist on (DOCKER_API_VERSION); else it is negotiated. */
  readonly version?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Call {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly json?: Json | object;
  /** Sent as it is, with `type`. */
  readonly raw?: RequestBody;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** For `/_ping`, which has no version in its path. */
  readonly unversioned?: boolean;
}

/** True when version `a` is older than `b`; both `major.minor`. */
export function olderThan(a: string, b: string): boolean {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor !== bMajor ? aMajor < bMajor : aMinor < bMinor;
}

const idleLimit = 2_000;

/**
 * Requests to one daemon. The version is negotiated without a round trip of its own: the newest is tried, and a
 * daemon that says it is too old for it names what it speaks, which is taken from then on.
 */
export class Client {
  readonly host: string;
  readonly #options: ClientOptions;
  readonly #idle: Connection[] = [];
  #version: string;
  #known: boolean;

  constructor(options: ClientOptions) {
    if (options.version !== undefined && !/^\d+\.\d+$/.test(options.version))
      throw invalid(`invalid API version (${options.version}): must be formatted <major>.<minor>`);
    this.#options = options;
    this.host = options.host;
    this.#version = options.version ?? newestVersion;
    this.#known = options.version !== undefined;
  }

  /** The version that requests use; asks the daemon when that isn't known yet. */
  async version(signal?: AbortSignal): Promise<string> {
    if (!this.#known) {
      const response = await this.#send('HEAD', '/_ping', { unversioned: true, signal });
      this.#settle(response.headers.get('api-version'));
    }
    return this.#version;
  }

  /** A JSON answer; `null` for an empty one. Throws `ApiError` for a status of 400 or more. */
  async json(method: string, path: string, call: Call = {}): Promise<Json> {
    const source = await this.text(method, path, call);
    return source === '' ? null : parseJson(source);
  }

  async text(method: string, path: string, call: Call = {}): Promise<string> {
    return (await this.open(method, path, call)).body.text();
  }

  /** An answer to be read as it comes. Throws `ApiError` for a status of 400 or more. */
  async open(method: string, path: string, call: Call = {}): Promise<Response> {
    if (call.raw !== undefined && typeof call.raw === 'object') await this.version(call.signal); // not to be sent twice
    const response = await this.#send(method, path, call);
    if (response.status < 400) {
      this.#known = true;
      return response;
    }
    const error = apiError(response.status, await response.body.text(), path);
    if (this.#downgraded(error)) return this.open(method, path, call);
    throw error;
  }

  /** A raw stream in both directions. */
  async hijack(path: string, call: Call = {}): Promise<Hijacked> {
    const connection = await this.#dial(call.signal);
    const body = call.json === undefined ? undefined : JSON.stringify(call.json);
    const headers = {
      ...this.#headers(call, body),
      Connection: 'Upgrade',
      Upgrade: 'tcp',
    };
    const answer = await connection.hijack({ method: 'POST', path: this.#path(path, call), headers }, body);
    if ('socket' in answer) {
      this.#known = true;
      return answer;
    }
    const reason = await answer.body.text();
    connection.destroy();
    const error = apiError(answer.status, reason, path);
    if (this.#downgraded(error)) return this.hijack(path, call);
    throw error;
  }

  /** Closes connections that lie idle. */
  close(): void {
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  #path(path: string, call: Call): string {
    const version = call.unversioned === true ? '' : `/v${this.#version}`;
    return `${this.#options.prefix ?? ''}${version}${path}${encodeQuery(call.query ?? {})}`;
  }

  #headers(call: Call, body: RequestBody | undefined): Record<string, string> {
    const type = call.type ?? (call.json === undefined ? undefined : 'application/json');
    return {
      Host: 'api.moby.localhost',
      'User-Agent': 'Minke-Client',
      ...this.#options.headers,
      ...(body === undefined || type === undefined ? {} : { 'Content-Type': type }),
      ...call.headers,
    };
  }

  async #send(method: string, path: string, call: Call): Promise<Response> {
    const body = call.json === undefined ? call.raw : JSON.stringify(call.json);
    const head = { method, path: this.#path(path, call), headers: this.#headers(call, body) };
    const reused = this.#reuse();
    if (reused !== undefined) {
      const response = await this.#exchange(reused, head, body, call.signal);
      if (response !== 'stale') return response;
    }
    const response = await this.#exchange(await this.#dial(call.signal), head, body, call.signal);
    if (response === 'stale') throw unavailable('the daemon closed the connection: unexpected EOF');
    return response;
  }

  async #exchange(
    connection: Connection,
    head: Parameters<Connection['request']>[0],
    body: RequestBody | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Response | 'stale'> {
    const replayable = body === undefined || typeof body === 'string';
    const wasUsed = connection.idleSince > 0;
    const abort = (): void => connection.destroy(signal?.reason instanceof Error ? signal.reason : undefined);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      signal?.throwIfAborted();
      const response = await connection.request(head, body);
      if (signal === undefined) this.#idle.push(connection); // looked at again when it is idle
      return response;
    } catch (error) {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted) throw signal.reason;
      if (wasUsed && replayable && connection.closed) return 'stale';
      throw error;
    }
  }

  #reuse(): Connection | undefined {
    for (let index = this.#idle.length - 1; index >= 0; index--) {
      const connection = this.#idle[index];
      if (connection === undefined) continue;
      if (connection.closed) this.#idle.splice(index, 1);
      else if (connection.idle) {
        this.#idle.splice(index, 1);
        if (performance.now() - connection.idleSince < idleLimit) return connection;
        connection.destroy();
      }
    }
    return undefined;
  }

  async #dial(signal: AbortSignal | undefined): Promise<Connection> {
    try {
      return new Connection(await this.#options.dial(signal));
    } catch (error) {
      signal?.throwIfAborted();
      throw connectError(error, this.host);
    }
  }

  #settle(daemonVersion: string | undefined): void {
    if (daemonVersion !== undefined && olderThan(daemonVersion, this.#version)) this.#version = daemonVersion;
    this.#known = true;
  }

  /** Takes the version that the daemon named, when that is why it refused. */
  #downgraded(error: ApiError): boolean {
    if (this.#known || error.status !== 400) return false;
    const match = /client version \S+ is too new\. Maximum supported API version is (\d+\.\d+)/.exec(
      error.reason,
    );
    const offered = match?.[1];
    if (offered === undefined || !olderThan(offered, this.#version) || olderThan(offered, oldestVersion))
      return false;
    this.#settle(offered);
    return true;
  }
}

function connectError(error: unknown, host: string): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM')
    return unavailable(
      `permission denied while trying to connect to the Docker daemon socket at ${host}: connect: permission denied`,
      error,
    );
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'FailedToOpenSocket')
    return unavailable(
      `Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?`,
      error,
    );
  if (error instanceof ApiError || !(error instanceof Error)) return unavailable(String(error), error);
  return error.message.startsWith('error during connect')
    ? error
    : unavailable(`error during connect: ${host}: ${error.message}`, error);
}
