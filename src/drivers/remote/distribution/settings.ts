import type { ProxySettings } from './proxy.ts';

/** What the operator says of registries. */
export interface RegistrySettings {
  /** Hosts and ranges reached without checked TLS. */
  readonly insecure: readonly string[];
  /** URLs that are asked first, by registry (`docker.io`). */
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
  /** Holds a folder a registry: `/etc/docker/certs.d`. */
  readonly certsFolder: string;
  readonly proxies: ProxySettings;
  /** Hosts trusted with credentials of any registry. */
  readonly authHosts: readonly string[];
}
