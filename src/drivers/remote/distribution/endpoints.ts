/** Where a registry is reached: mirrors first, itself last. */
import { lookup } from 'node:dns/promises';
import { entryTls, readCertsFolder } from './certs-folder.ts';
import type { Capability, HostEntry } from './hosts-toml.ts';
import { judgeInsecure, type Resolve } from './insecure.ts';
import type { RegistrySettings } from './settings.ts';
import type { TlsMaterial } from './transport.ts';

export interface Endpoint {
  /** Roots of the API (`https://host/v2/`), tried in this order until one speaks. */
  readonly roots: readonly URL[];
  /** The registry itself: credentials are for it alone. */
  readonly isOrigin: boolean;
  readonly capabilities: readonly Capability[];
  readonly tls: TlsMaterial;
  /** Only these may be dialled. */
  readonly addresses?: readonly string[];
  readonly insecure: boolean;
  readonly headers: ReadonlyMap<string, string>;
}

/** Docker Hub's name in references is not that of its server. */
const hub = 'docker.io';
const hubServer = 'registry-1.docker.io';

const everything: readonly Capability[] = ['pull', 'resolve', 'push'];
const reading: readonly Capability[] = ['pull', 'resolve'];

export const resolveHost: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

const apiRoot = (url: URL, overridePath = false): URL => {
  const path = url.pathname.replace(/\/+$/, '');
  return new URL(`${overridePath || path.endsWith('/v2') ? path : `${path}/v2`}/`, url);
};

async function fromEntry(entry: HostEntry, isOrigin: boolean): Promise<Endpoint> {
  return {
    roots: [apiRoot(entry.url, entry.overridePath)],
    isOrigin,
    capabilities: entry.capabilities,
    tls: await entryTls(entry),
    // Whoever writes `http://` or `skip_verify` there has said so.
    insecure: entry.url.protocol === 'http:' || entry.skipVerify,
    headers: entry.headers,
  };
}

async function fromHost(
  domain: string,
  settings: RegistrySettings,
  resolve: Resolve,
  options: { readonly tls: Omit<TlsMaterial, 'verify'>; readonly isOrigin: boolean; readonly url?: URL },
): Promise<Endpoint> {
  const { tls, isOrigin, url } = options;
  const { insecure, addresses } = await judgeInsecure(domain, settings.insecure, resolve);
  const host = domain === hub ? hubServer : domain;
  const https = url ?? new URL(`https://${host}/`);
  const http = new URL(https);
  http.protocol = 'http:';
  const roots = insecure && https.protocol === 'https:' && url === undefined ? [https, http] : [https];
  return {
    roots: roots.map((root) => apiRoot(root)),
    isOrigin,
    capabilities: isOrigin ? everything : reading,
    tls: { ...tls, verify: !insecure },
    ...(addresses === undefined ? {} : { addresses }),
    insecure,
    headers: new Map(),
  };
}

async function mirrorOf(text: string, settings: RegistrySettings, resolve: Resolve): Promise<Endpoint> {
  const url = new URL(text);
  const { tls } = await readCertsFolder(settings.certsFolder, url.host);
  const endpoint = await fromHost(url.host, settings, resolve, { tls, isOrigin: false, url });
  return { ...endpoint, insecure: endpoint.insecure || url.protocol === 'http:' };
}

/** @param domain of the reference; `docker.io` is Docker Hub */
export async function endpointsOf(
  domain: string,
  settings: RegistrySettings,
  resolve: Resolve = resolveHost,
): Promise<Endpoint[]> {
  const { tls, hosts } = await readCertsFolder(settings.certsFolder, domain);
  const origin = (): Promise<Endpoint> => fromHost(domain, settings, resolve, { tls, isOrigin: true });
  if (hosts !== undefined) {
    const named = await Promise.all(
      hosts.hosts.map((entry) => fromEntry(entry, entry.url.host === (domain === hub ? hubServer : domain))),
    );
    return [...named, hosts.server === undefined ? await origin() : await fromEntry(hosts.server, true)];
  }
  const mirrors = settings.mirrors.get(domain) ?? [];
  return [...(await Promise.all(mirrors.map((url) => mirrorOf(url, settings, resolve)))), await origin()];
}
