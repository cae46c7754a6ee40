import type { ContainerInspectResponse } from '../../wire/generated/engine-api.ts';
import { type VersionRule, without } from './adapt.ts';

const predefined = new Set(['default', 'bridge', 'host', 'none']);
const isUserDefined = (network: string): boolean =>
  !predefined.has(network) && !network.startsWith('container:');

/** The short id and the hostname were aliases on user-defined networks; now they are DNS names. */
function withOldAliases(container: ContainerInspectResponse): ContainerInspectResponse {
  const networks = container.NetworkSettings?.Networks;
  if (!networks) return container;
  const own = [(container.Id ?? '').slice(0, 12), container.Config?.Hostname ?? ''];
  const changed = Object.entries(networks).map(([name, endpoint]) => {
    if (!isUserDefined(name)) return [name, endpoint] as const;
    return [name, { ...endpoint, Aliases: [...new Set([...(endpoint.Aliases ?? []), ...own])] }] as const;
  });
  return {
    ...container,
    NetworkSettings: { ...container.NetworkSettings, Networks: Object.fromEntries(changed) },
  };
}

export const containerInspectRules: readonly VersionRule<ContainerInspectResponse>[] = [
  { before: 45, why: 'aliases held what DNSNames holds now', apply: withOldAliases },
  {
    before: 48,
    why: 'images had no manifest to name',
    apply: (container) => without(container, 'ImageManifestDescriptor'),
  },
];
