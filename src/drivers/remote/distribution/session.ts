/** Speaks with one endpoint for the length of an operation: finds the root that works, logs in, follows redirects. */
import { type MinkeError, messageOf } from '../../../errors/minke-error.ts';
import { anonymous, type RegistryCredentials } from '../../../wire/registry/auth-header.ts';
import { PassingFailure, RegistryRefusal } from '../contract.ts';
import { Authorizer, noCredentials } from './authorizer.ts';
import { requestName } from './connection-failure.ts';
import type { Endpoint } from './endpoints.ts';
import { discard } from './refusal.ts';
import type { Reply, Request, Transport } from './transport.ts';

const MAX_REDIRECTS = 5;

export interface SessionOptions {
  readonly transport: Transport;
  readonly endpoint: Endpoint;
  /** Used where the endpoint is the registry itself. */
  readonly credentials: RegistryCredentials;
  readonly trusted: readonly string[];
  /** What tokens are asked for: `repository:a/b:pull,push`. */
  readonly scopes: readonly string[];
  readonly offline?: boolean;
}

export interface Asked {
  readonly method: Request['method'];
  /** Below the root, or a URL that the registry gave. */
  readonly path: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Request['body'];
  /** Default the session's. */
  readonly scopes?: readonly string[];
}

interface Open {
  readonly root: URL;
  readonly authorizer: Authorizer;
}

export class Session {
  readonly endpoint: Endpoint;
  readonly #options: SessionOptions;
  #opening: Promise<Open> | undefined;

  constructor(options: SessionOptions) {
    this.endpoint = options.endpoint;
    this.#options = options;
  }

  /** The root that answered. */
  async root(signal: AbortSignal): Promise<URL> {
    return (await this.#open(signal)).root;
  }

  async refreshToken(signal: AbortSignal): Promise<string> {
    return (await this.#open(signal)).authorizer.refreshToken;
  }

  /** Answers whatever the status; a 401 only after it tried with credentials. */
  async send(asked: Asked, signal: AbortSignal): Promise<Reply> {
    const { root, authorizer } = await this.#open(signal);
    const scopes = asked.scopes ?? this.#options.scopes;
    const url = new URL(asked.path, root);
    const attempt = async (): Promise<Reply> => {
      const authorization = await authorizer.header(scopes, signal).catch((error: unknown) => {
        // As Docker's client: the request that needed them is named.
        if (error instanceof RegistryRefusal && error.message === noCredentials)
          throw new RegistryRefusal(error.code, `${requestName(asked.method, url)}: ${noCredentials}`);
        throw error;
      });
      return this.#follow(asked, url, root, authorization, signal);
    };
    const reply = await attempt();
    if (reply.status !== 401 || reply.url.origin !== root.origin) return reply;
    if (reply.headers['www-authenticate'] === undefined) return reply;
    await discard(reply.body);
    authorizer.relearn(reply, scopes);
    return attempt();
  }

  #open(signal: AbortSignal): Promise<Open> {
    this.#opening ??= this.#ping(signal).catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #ping(signal: AbortSignal): Promise<Open> {
    const { transport, endpoint, credentials, trusted, offline } = this.#options;
    let failure: MinkeError = new PassingFailure('no endpoints found');
    for (const root of endpoint.roots) {
      try {
        const reply = await transport.send(
          this.#request({ method: 'GET', path: root }, root, undefined, signal),
        );
        await discard(reply.body);
        const authorizer = new Authorizer({
          transport,
          registry: root,
          insecure: endpoint.insecure,
          tls: endpoint.tls,
          trusted,
          credentials: endpoint.isOrigin ? credentials : anonymous,
          ...(offline ? { offline } : {}),
        });
        authorizer.learn(reply);
        return { root, authorizer };
      } catch (error) {
        if (!(error instanceof PassingFailure)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  #request(asked: Asked, url: URL, authorization: string | undefined, signal: AbortSignal): Request {
    const { endpoint } = this.#options;
    const { addresses } = endpoint;
    const isOwn = endpoint.roots.some(({ origin }) => origin === url.origin);
    return {
      method: asked.method,
      url,
      headers: {
        ...(isOwn ? Object.fromEntries(endpoint.headers) : {}),
        ...asked.headers,
        ...(authorization === undefined || !isOwn ? {} : { Authorization: authorization }),
      },
      ...(asked.body === undefined ? {} : { body: asked.body }),
      tls: isOwn ? endpoint.tls : { ca: [], clients: [], verify: true },
      ...(addresses === undefined || !isOwn
        ? {}
        : { dial: { name: addresses.join(), allows: (address: string) => addresses.includes(address) } }),
      signal,
    };
  }

  /** Redirects by hand: another origin gets no credentials, and nothing leads from https to http. */
  async #follow(
    asked: Asked,
    first: URL,
    root: URL,
    authorization: string | undefined,
    signal: AbortSignal,
  ): Promise<Reply> {
    let url = first;
    // A registry names its upload addresses itself.
    let authorized = url.origin === root.origin ? authorization : undefined;
    for (let hop = 0; ; hop++) {
      if (root.protocol === 'https:' && url.protocol !== 'https:')
        throw new RegistryRefusal(
          'REDIRECT',
          `${requestName(asked.method, first)}: redirect to plain http refused`,
        );
      const reply = await this.#options.transport.send(this.#request(asked, url, authorized, signal));
      const { location } = reply.headers;
      if (![301, 302, 303, 307, 308].includes(reply.status) || location === undefined) return reply;
      await discard(reply.body);
      if (hop === MAX_REDIRECTS)
        throw new RegistryRefusal(
          'REDIRECT',
          `${requestName(asked.method, first)}: stopped after ${hop} redirects`,
        );
      const next = redirectTarget(location, url);
      if (next.origin !== url.origin) authorized = undefined;
      url = next;
    }
  }
}

/** Where a redirect leads, on the web and without credentials. Throws a `RegistryRefusal`. */
export function redirectTarget(location: string, from: URL): URL {
  try {
    const next = new URL(location, from);
    if (next.protocol === 'https:' || next.protocol === 'http:') {
      next.username = '';
      next.password = '';
      return next;
    }
  } catch (error) {
    throw new RegistryRefusal('REDIRECT', `redirect to an address that is none: ${messageOf(error)}`);
  }
  throw new RegistryRefusal('REDIRECT', 'redirect to an address that is not of the web');
}
