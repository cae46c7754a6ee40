import type { EndpointSettings } from '../../wire/generated/engine-api.ts';
import type { Sandbox } from './contract.ts';
import { entrances, type Known, type Linked } from './entrance.ts';
import { wantsResolver } from './names.ts';
import { portMap } from './publish.ts';
import type { SandboxRecord } from './records.ts';
import { showEndpoint } from './show.ts';

/** Linked containers first, then the container's own addresses. */
function hostRows(record: SandboxRecord, linked: readonly Linked[]): Sandbox['hosts'] {
  const foreign = linked.flatMap(({ alias, sandbox, endpoint }) =>
    [endpoint.ipv4, endpoint.ipv6].flatMap((address) =>
      address === null ? [] : [{ address, names: [...new Set([alias, sandbox.hostname, sandbox.name])] }],
    ),
  );
  const own = record.endpoints.flatMap(({ ipv4, ipv6 }) =>
    [ipv4, ipv6].flatMap((address) => (address === null ? [] : [{ address, names: [record.hostname] }])),
  );
  return [...foreign, ...own];
}

export function showSandbox(
  record: SandboxRecord,
  known: Known,
  {
    linked,
    proxies,
    resolver,
  }: {
    readonly linked: readonly Linked[];
    readonly proxies: Sandbox['proxies'];
    readonly resolver: string | null;
  },
): Sandbox {
  const endpoints: Record<string, EndpointSettings> = {};
  for (const endpoint of record.endpoints) {
    const network = known.networks.get(endpoint.network);
    if (network !== undefined) endpoints[network.name] = showEndpoint(endpoint, network, record);
  }
  return {
    id: record.id,
    netns: record.namespace,
    endpoints,
    ports: portMap(record, entrances(record.endpoints, known)),
    proxies,
    hosts: hostRows(record, linked),
    resolver: wantsResolver(record, known) ? resolver : null,
  };
}
