/** One HTTP request to one address, with TLS, proxy and time limits. Redirects and credentials are others' business. */
import { createHash } from 'node:crypto';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns';
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { cancelled } from '../../../errors/minke-error.ts';
import { giveBack } from '../../../kit/stream/give-back.ts';
import { connectionFailure } from './connection-failure.ts';
import { type ProxySettings, proxyFor } from './proxy.ts';

export interface TlsMaterial {
  /** PEM texts, trusted beside the system's. */
  readonly ca: readonly string[];
  /** PEM texts; the first that fits is shown. */
  readonly clients: readonly { readonly cert: string; readonly key: string }[];
  readonly verify: boolean;
}

export interface Body {
  /** Bytes. */
  readonly size: number;
  /** Anew each time. Its buffers are given back once they were sent. */
  open(): Readable;
}

/** Which addresses of a name may be dialled. */
export interface DialRule {
  /** Connections made under one rule serve no request under another. */
  readonly name: string;
  readonly allows: (address: string) => boolean;
}

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body | Buffer;
  readonly tls: TlsMaterial;
  readonly dial?: DialRule;
  readonly signal: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readable;
  /** Of the server, or of the proxy. */
  readonly remoteAddress: string;
  readonly url: URL;
}

export interface TransportOptions {
  readonly proxies: () => ProxySettings;
  readonly userAgent: string;
  /** Milliseconds without a byte after which a connection counts as broken. */
  readonly idle?: number;
}

type Lookup = NonNullable<RequestOptions['lookup']>;

/** Names resolved as usual, without the addresses that may not be dialled. */
const guardedLookup =
  ({ allows }: DialRule): Lookup =>
  (hostname, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const allowed = error === null ? found.filter(({ address }) => allows(address)) : [];
      const [first] = allowed;
      if (error !== null) callback(error, '');
      else if (first === undefined)
        callback(
          Object.assign(new Error(`${hostname} has no address that may be used`), { code: 'EACCES' }),
          '',
        );
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };

/** As `pipe`, but left to the garbage collector the buffers would keep it busy all the time. */
function sendAll(source: Readable, client: ClientRequest): void {
  source.once('error', (error) => client.destroy(error));
  client.on('drain', () => source.resume());
  source.on('data', (chunk: Buffer) => {
    if (!client.write(chunk, () => giveBack(chunk))) source.pause();
  });
  source.once('end', () => client.end());
}

export class Transport {
  readonly #options: TransportOptions;
  readonly #agents = new Map<string, HttpAgent>();
  readonly #contexts = new Map<string, SecureContext>();

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** Rejects with a `PassingFailure` in Docker's words, or `cancelled`. */
  send(request: Request): Promise<Reply> {
    const { method, url, body, signal, dial } = request;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(cancelled('context canceled'));
      const size = body === undefined ? 0 : Buffer.isBuffer(body) ? body.length : body.size;
      const client = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
        method,
        agent: this.#agent(request),
        headers: {
          'User-Agent': this.#options.userAgent,
          ...(body === undefined && method !== 'POST' && method !== 'PUT'
            ? {}
            : { 'Content-Length': String(size) }),
          ...request.headers,
        },
        ...(dial === undefined ? {} : { lookup: guardedLookup(dial) }),
        timeout: this.#options.idle ?? 60_000,
        signal,
      });
      let answered = false;
      let source: Readable | undefined;
      client.once('response', (response) => {
        answered = true;
        source?.destroy();
        response.once('error', () => {}); // whoever reads the body is told
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: response,
          remoteAddress: response.socket.remoteAddress ?? '',
          url,
        });
      });
      client.on('timeout', () => {
        client.destroy(Object.assign(new Error('i/o timeout'), { code: 'ETIMEDOUT' }));
      });
      client.on('error', (error) => {
        source?.destroy();
        if (answered) return;
        reject(signal.aborted ? cancelled('context canceled', error) : connectionFailure(error, method, url));
      });
      if (body === undefined || Buffer.isBuffer(body)) client.end(body);
      else {
        source = body.open();
        sendAll(source, client);
      }
    });
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #agent({ url, tls, dial }: Request): HttpAgent {
    const proxy = proxyFor(url, this.#options.proxies());
    const isTls = url.protocol === 'https:';
    const key = JSON.stringify([isTls, proxy, isTls ? fingerprint(tls) : '', dial?.name ?? '']);
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const options = {
      keepAlive: true,
      maxSockets: 64,
      ...(proxy === null ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }),
    };
    const agent = isTls
      ? new HttpsAgent({
          ...options,
          rejectUnauthorized: tls.verify,
          minVersion: 'TLSv1.2',
          secureContext: this.#context(tls),
        })
      : new HttpAgent(options);
    this.#agents.set(key, agent);
    return agent;
  }

  #context(tls: TlsMaterial): SecureContext {
    const key = fingerprint(tls);
    const known = this.#contexts.get(key);
    if (known !== undefined) return known;
    const context = createSecureContext({
      ca: [...getCACertificates('default'), ...getCACertificates('system'), ...tls.ca],
      cert: tls.clients.map(({ cert }) => cert),
      key: tls.clients.map(({ key: text }) => text),
      minVersion: 'TLSv1.2',
    });
    this.#contexts.set(key, context);
    return context;
  }
}

const fingerprint = (tls: TlsMaterial): string =>
  createHash('sha256').update(JSON.stringify(tls)).digest('hex');
