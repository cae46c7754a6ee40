import { formatCidr, parseCidr } from '../../kit/ip/cidr.ts';
import type { RegistryServiceConfig } from '../../wire/generated/engine-api.ts';

const HUB = 'docker.io';

export interface RegistryFacts {
  /** Names and ranges reached without checked TLS. */
  readonly insecureRegistries: readonly string[];
  /** URLs by registry. */
  readonly registryMirrors: ReadonlyMap<string, readonly string[]>;
}

/** `RegistryConfig` of `info`: this machine counts as insecure always. */
export function describeRegistries({
  insecureRegistries,
  registryMirrors,
}: RegistryFacts): RegistryServiceConfig {
  const ranges = insecureRegistries.map(parseCidr).filter((range) => range !== null);
  const names = insecureRegistries.filter((entry) => parseCidr(entry) === null);
  const mirrors = [...(registryMirrors.get(HUB) ?? [])];
  const others = new Set([...names, ...registryMirrors.keys()].filter((name) => name !== HUB));
  const config = (Name: string, Secure: boolean, Official: boolean): [string, object] => [
    Name,
    { Name, Mirrors: [...(registryMirrors.get(Name) ?? [])], Secure, Official },
  ];
  return {
    InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8', ...ranges.map(formatCidr)],
    IndexConfigs: Object.fromEntries([
      config(HUB, true, true),
      ...[...others].map((name) => config(name, !names.includes(name), false)),
    ]),
    Mirrors: mirrors.length === 0 ? null : mirrors,
  };
}

/** A proxy's address without what opens it. */
export function maskCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/@]*@/i, '$1xxxxx:xxxxx@');
}
