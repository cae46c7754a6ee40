/** `NetworkingConfig`: what a container asks of its networks. */
import { invalid } from '../../../errors/minke-error.ts';
import type { EndpointConfigBody } from '../../../wire/containers/create.ts';
import type { EndpointRequest } from '../../networks/contract.ts';
import type { Endpoint } from '../record/record.ts';

const macPattern = /^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$/;

/** @throws invalid */
export function endpointOf(body: EndpointConfigBody): Endpoint {
  const ipam = body.IPAMConfig;
  const ipv4 = ipam?.IPv4Address ?? '';
  const ipv6 = ipam?.IPv6Address ?? '';
  if (body.MacAddress !== '' && !macPattern.test(body.MacAddress)) {
    throw invalid(`invalid MAC address: ${body.MacAddress}`);
  }
  return {
    networkId: body.NetworkID,
    ipv4,
    ipv6,
    linkLocalIps: [...(ipam?.LinkLocalIPs ?? [])],
    ipamGiven: ipam !== null && ipam !== undefined,
    macAddress: body.MacAddress.replaceAll('-', ':').toLowerCase(),
    aliases: body.Aliases === null ? null : [...body.Aliases],
    links: body.Links === null ? null : [...body.Links],
    driverOpts: body.DriverOpts,
    gwPriority: body.GwPriority,
  };
}

export const plainEndpoint = (): Endpoint => ({
  networkId: '',
  ipv4: '',
  ipv6: '',
  linkLocalIps: [],
  ipamGiven: false,
  macAddress: '',
  aliases: null,
  links: null,
  driverOpts: null,
  gwPriority: 0,
});

export const endpointRequest = (network: string, endpoint: Endpoint): EndpointRequest => ({
  network,
  ...(endpoint.ipv4 === '' ? {} : { ipv4: endpoint.ipv4 }),
  ...(endpoint.ipv6 === '' ? {} : { ipv6: endpoint.ipv6 }),
  ...(endpoint.linkLocalIps.length === 0 ? {} : { linkLocal: endpoint.linkLocalIps }),
  ...(endpoint.macAddress === '' ? {} : { macAddress: endpoint.macAddress }),
  aliases: [...new Set(endpoint.aliases ?? [])],
  links: endpoint.links ?? [],
  driverOpts: endpoint.driverOpts ?? {},
  gwPriority: endpoint.gwPriority,
});
