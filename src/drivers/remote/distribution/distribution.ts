/** Registries over HTTP. */
import { STATUS_CODES } from 'node:http';
import { internal, invalid, messageOf } from '../../../errors/minke-error.ts';
import type { RegistryCredentials } from '../../../wire/registry/auth-header.ts';
import type { Download, OpenOptions, Remote, Repository, RepositoryName, SearchResult } from '../contract.ts';
import { PassingFailure, RegistryRefusal } from '../contract.ts';
import { download } from './download.ts';
import { type Endpoint, endpointsOf, resolveHost } from './endpoints.ts';
import type { Resolve } from './insecure.ts';
import { discard, readAtMost, refusalOf } from './refusal.ts';
import { DistributionRepository } from './repository.ts';
import { parseSearch } from './search.ts';
import { Session } from './session.ts';
import type { RegistrySettings } from './settings.ts';
import { Transport } from './transport.ts';

const MAX_SEARCH = 4 << 20;
const hub = 'docker.io';
const hubNames: readonly string[] = ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io'];

export interface DistributionOptions {
  /** Read at each operation: a reload counts from then on. */
  readonly settings: () => RegistrySettings;
  readonly userAgent: string;
  /** Milliseconds without a byte after which a connection counts as broken; default a minute. */
  readonly idle?: number;
  readonly resolve?: Resolve;
}

/** `https://r.example.org/v1/` to `r.example.org`; Docker Hub's names to `docker.io`. Throws `invalid`. */
function registryOf(server: string): string {
  const host = server.replace(/^https?:\/\//i, '').split('/')[0] ?? '';
  if (hubNames.includes(host)) return hub;
  if (!/^[a-zA-Z0-9.-]+(?::\d{1,5})?$|^\[[0-9a-fA-F:]+\](?::\d{1,5})?$/.test(host))
    throw invalid(`invalid registry address ${JSON.stringify(server)}`);
  return host;
}

export class Distribution implements Remote {
  readonly #options: DistributionOptions;
  readonly #transport: Transport;

  constructor(options: DistributionOptions) {
    this.#options = options;
    this.#transport = new Transport({
      proxies: () => options.settings().proxies,
      userAgent: options.userAgent,
      ...(options.idle === undefined ? {} : { idle: options.idle }),
    });
  }

  open(name: RepositoryName, { actions, credentials, alsoPull = [] }: OpenOptions): Repository {
    const scopes = [
      `repository:${name.path}:${actions === 'push' ? 'pull,push' : 'pull'}`,
      ...alsoPull.map((path) => `repository:${path}:pull`),
    ];
    return new DistributionRepository(name, async () => {
      const endpoints = await this.#endpoints(name.domain);
      return endpoints.map((endpoint) => this.#session(endpoint, credentials, scopes));
    });
  }

  async login(credentials: RegistryCredentials, signal: AbortSignal): Promise<string> {
    const registry = registryOf(credentials.serverAddress);
    const [endpoint] = (await this.#endpoints(registry)).filter(({ isOrigin }) => isOrigin);
    if (endpoint === undefined)
      throw invalid(`no endpoint of ${registry} is the registry itself (hosts.toml)`);
    const session = this.#session(endpoint, credentials, [], true);
    const root = await session.root(signal);
    const attempt = (status: number): Error =>
      internal(
        `login attempt to ${root} failed with status: ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd(),
      );
    const reply = await session.send({ method: 'GET', path: root }, signal);
    await discard(reply.body);
    if (reply.status !== 200) throw attempt(reply.status);
    return session.refreshToken(signal);
  }

  async search(
    registry: string,
    { term, limit }: { readonly term: string; readonly limit: number },
    credentials: RegistryCredentials,
    signal: AbortSignal,
  ): Promise<SearchResult[]> {
    const host = registryOf(registry);
    const found = (await this.#endpoints(host)).find(({ isOrigin }) => isOrigin);
    if (found === undefined) throw invalid(`no endpoint of ${host} is the registry itself (hosts.toml)`);
    const path = `search?${new URLSearchParams({ q: term, n: String(limit) })}`;
    let failure: unknown;
    for (const root of found.roots) {
      const base = host === hub ? new URL('https://index.docker.io/v1/') : new URL('../v1/', root);
      const session = this.#session({ ...found, roots: [base] }, credentials, []);
      try {
        const reply = await session.send({ method: 'GET', path }, signal);
        if (reply.status === 404) throw notOffered(host);
        if (reply.status !== 200) throw await refusalOf(reply);
        return parseSearch(await readAtMost(reply.body, MAX_SEARCH));
      } catch (error) {
        if (!(error instanceof PassingFailure)) throw error;
        failure = error;
      }
    }
    throw failure instanceof Error ? failure : internal(messageOf(failure));
  }

  download(url: URL, signal: AbortSignal): Promise<Download> {
    return download(this.#transport, url, signal);
  }

  close(): void {
    this.#transport.close();
  }

  #endpoints(domain: string): Promise<Endpoint[]> {
    return endpointsOf(domain, this.#options.settings(), this.#options.resolve ?? resolveHost);
  }

  #session(
    endpoint: Endpoint,
    credentials: RegistryCredentials,
    scopes: readonly string[],
    offline = false,
  ): Session {
    return new Session({
      transport: this.#transport,
      endpoint,
      credentials,
      trusted: this.#options.settings().authHosts,
      scopes,
      offline,
    });
  }
}

const notOffered = (host: string): RegistryRefusal =>
  new RegistryRefusal('NO_SEARCH', `registry ${host} offers no search`);
