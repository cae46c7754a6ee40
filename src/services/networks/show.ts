/** Records as the API shows them. */
import { versionOf } from '../../kit/ip/address.ts';
import type { EndpointSettings, IPAMConfig, Network } from '../../wire/generated/engine-api.ts';
import { dnsNames } from './contract.ts';
import { gatewayKey } from './default-bridge.ts';
import type { ConfigRow, EndpointRecord, NetworkRecord, SubnetRecord } from './records.ts';
import { homeOf } from './subnets.ts';

type Address = Pick<ConfigRow, 'subnet' | 'range' | 'gateway' | 'auxiliary'>;

const ipamRow = ({ subnet, range, gateway, auxiliary }: Address): IPAMConfig => ({
  ...(subnet === null ? {} : { Subnet: subnet }),
  ...(range === null ? {} : { IPRange: range }),
  ...(gateway === null ? {} : { Gateway: gateway }),
  ...(Object.keys(auxiliary).length === 0 ? {} : { AuxiliaryAddresses: { ...auxiliary } }),
});

/** What was asked for as it was asked for, and what the engine picked. */
function ipamRows({ ipam: { config }, subnets }: NetworkRecord): IPAMConfig[] {
  const version = ({ subnet }: Address): number => (subnet === null ? 4 : versionOf(subnet));
  const asked = config.toSorted((a, b) => version(a) - version(b));
  return [...asked, ...subnets.filter(({ configured }) => !configured)].map(ipamRow);
}

export function showNetwork(record: NetworkRecord): Network {
  const rows = ipamRows(record);
  const { ipam } = record;
  return {
    Name: record.name,
    Id: record.id,
    Created: record.created,
    Scope: 'local',
    Driver: record.driver,
    EnableIPv4: record.enableIPv4,
    EnableIPv6: record.enableIPv6,
    IPAM: {
      Driver: ipam.driver,
      Options: ipam.options === null ? null : { ...ipam.options },
      Config: rows.length === 0 ? null : rows,
    },
    Internal: record.internal,
    Attachable: record.attachable,
    Ingress: false,
    ConfigFrom: { Network: record.configFrom ?? '' },
    ConfigOnly: record.configOnly,
    Options: { ...record.options },
    Labels: { ...record.labels },
  };
}

const prefixLength = (subnet: SubnetRecord | undefined): number =>
  subnet === undefined ? 0 : Number(subnet.subnet.slice(subnet.subnet.indexOf('/') + 1));

/** Next hop of the container that has this address in the network; null for internal ones. */
export function gatewayOf({ internal, subnets }: NetworkRecord, address: string | null): string | null {
  const subnet = homeOf(subnets, address);
  if (internal || subnet === undefined) return null;
  return subnet.auxiliary[gatewayKey[subnet.version]] ?? subnet.gateway;
}

export function showEndpoint(
  endpoint: EndpointRecord,
  network: NetworkRecord,
  owner: { readonly name: string; readonly container: string; readonly hostname: string },
): EndpointSettings {
  const { ipv4, ipv6, wish, aliases, links, driverOpts } = endpoint;
  const wished = wish.ipv4 !== null || wish.ipv6 !== null;
  return {
    IPAMConfig: wished
      ? {
          ...(wish.ipv4 === null ? {} : { IPv4Address: wish.ipv4 }),
          ...(wish.ipv6 === null ? {} : { IPv6Address: wish.ipv6 }),
        }
      : null,
    Links: links.length === 0 ? null : [...links],
    Aliases: aliases.length === 0 ? null : [...aliases],
    MacAddress: endpoint.mac,
    DriverOpts: Object.keys(driverOpts).length === 0 ? null : { ...driverOpts },
    GwPriority: endpoint.gwPriority,
    NetworkID: network.id,
    EndpointID: endpoint.id,
    Gateway: gatewayOf(network, ipv4) ?? '',
    IPAddress: ipv4 ?? '',
    IPPrefixLen: prefixLength(homeOf(network.subnets, ipv4)),
    IPv6Gateway: gatewayOf(network, ipv6) ?? '',
    GlobalIPv6Address: ipv6 ?? '',
    GlobalIPv6PrefixLen: prefixLength(homeOf(network.subnets, ipv6)),
    DNSNames: network.predefined ? null : dnsNames(aliases, owner),
  };
}
