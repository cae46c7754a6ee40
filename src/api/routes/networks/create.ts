import type { NetworkCreate } from '../../../services/networks/contract.ts';
import type { ApiVersion } from '../../../wire/api/versions.ts';
import { type NetworkCreateBody, networkCreateBody } from '../../../wire/networks/create.ts';
import { created } from '../../answer.ts';
import { jsonBody, route } from '../../route.ts';

/** Before, IPv4 could not be switched off. */
const ipv4Since = 48;

function networkCreate(body: NetworkCreateBody, version: ApiVersion): NetworkCreate {
  const { IPAM } = body;
  return {
    name: body.Name,
    driver: body.Driver,
    internal: body.Internal,
    attachable: body.Attachable,
    ingress: body.Ingress,
    configOnly: body.ConfigOnly,
    configFrom: body.ConfigFrom?.Network || null,
    enableIPv4: version < ipv4Since ? true : (body.EnableIPv4 ?? true),
    enableIPv6: body.EnableIPv6 ?? false,
    scope: body.Scope,
    options: body.Options,
    labels: body.Labels,
    ipam: {
      driver: IPAM?.Driver ?? '',
      options: IPAM?.Options ?? {},
      config: (IPAM?.Config ?? []).map(({ Subnet, IPRange, Gateway, AuxiliaryAddresses }) => ({
        ...(Subnet === '' ? {} : { subnet: Subnet }),
        ...(IPRange === '' ? {} : { ipRange: IPRange }),
        ...(Gateway === '' ? {} : { gateway: Gateway }),
        auxAddresses: AuxiliaryAddresses,
      })),
    },
  };
}

export const create = route({
  method: 'POST',
  path: '/networks/create',
  operation: 'NetworkCreate',
  since: 24,
  body: jsonBody(networkCreateBody),
  handle: async ({ body, version }, { networks }) =>
    created(await networks.create(networkCreate(body, version))),
});
