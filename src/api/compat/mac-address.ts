import { invalid } from '../../errors/minke-error.ts';
import type { ApiVersion } from '../../wire/api/versions.ts';
import type { ContainerCreateBody } from '../../wire/containers/create.ts';
import { changeMainEndpoint, hasOwnEndpoint } from './main-endpoint.ts';

/** Since then the MAC address belongs to an endpoint, not to the container. */
const endpointMacSince: ApiVersion = 44;

const warning =
  'The container-wide MacAddress field is now deprecated. It should be specified in EndpointsConfig instead.';

interface Migrated {
  readonly body: ContainerCreateBody;
  readonly warning: string | null;
}

function withoutEndpointMacs(body: ContainerCreateBody): ContainerCreateBody {
  const endpoints = Object.entries(body.NetworkingConfig?.EndpointsConfig ?? {}).map(([name, endpoint]) => [
    name,
    endpoint ? { ...endpoint, MacAddress: '' } : endpoint,
  ]);
  return { ...body, NetworkingConfig: { EndpointsConfig: Object.fromEntries(endpoints) } };
}

function migrateOld(body: ContainerCreateBody, version: ApiVersion): Migrated {
  const { MacAddress } = body;
  if (MacAddress === '') return { body: withoutEndpointMacs(body), warning: null };
  if (!hasOwnEndpoint(body.HostConfig?.NetworkMode ?? ''))
    throw invalid('conflicting options: mac-address and the network mode');
  return {
    body: changeMainEndpoint(body, version, (endpoint) => ({ ...endpoint, MacAddress })),
    warning: null,
  };
}

/** Moves the container-wide MAC address to the endpoint it is meant for. */
export function migrateMacAddress(body: ContainerCreateBody, version: ApiVersion): Migrated {
  if (version < endpointMacSince) return migrateOld(body, version);
  const { MacAddress } = body;
  if (MacAddress === '') return { body, warning: null };
  const cleared = { ...body, MacAddress: '' };
  if (!hasOwnEndpoint(body.HostConfig?.NetworkMode ?? '')) return { body: cleared, warning };
  const moved = changeMainEndpoint(cleared, version, (endpoint) => {
    if (endpoint.MacAddress !== '' && endpoint.MacAddress !== MacAddress)
      throw invalid(
        'the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty',
      );
    return { ...endpoint, MacAddress };
  });
  return { body: moved, warning };
}
