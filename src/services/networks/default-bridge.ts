/** The network `bridge`, which the daemon's settings describe. */
import { invalid } from '../../errors/minke-error.ts';
import { formatAddress, parseAddress } from '../../kit/ip/address.ts';
import { type Cidr, contains, covers, formatCidr, networkOf, parseCidr } from '../../kit/ip/cidr.ts';
import type { ConfigRow, NetworkRecord } from './records.ts';

/** Addresses of one IP version. */
export interface Addressing {
  /** `--bip`, `--bip6`: the host's address in CIDR notation; empty: what the device has, else a default pool. */
  readonly bip: string;
  /** `--fixed-cidr`, `--fixed-cidr-v6`: the part of the subnet from which addresses are picked; empty: all. */
  readonly fixedCidr: string;
  /** `--default-gateway`, `--default-gateway-v6`: next hop of containers; empty: the host. */
  readonly defaultGateway: string;
}

export interface DefaultBridgeSettings extends Addressing {
  /** Name of the device; `none`: there is no default network. */
  readonly bridge: string;
  /** Null: without `--ipv6`. */
  readonly ipv6: Addressing | null;
  readonly mtu: number;
  readonly icc: boolean;
  readonly ipMasq: boolean;
  /** `--ip`: where ports are published that name no address. */
  readonly hostIp: string;
}

/** Name under which the containers' gateway is kept among the auxiliary addresses, as Docker does. */
export const gatewayKey = { 4: 'DefaultGatewayIPv4', 6: 'DefaultGatewayIPv6' } as const;

const flags = {
  4: { bip: '--bip', fixedCidr: '--fixed-cidr', defaultGateway: '--default-gateway' },
  6: { bip: '--bip6', fixedCidr: '--fixed-cidr-v6', defaultGateway: '--default-gateway-v6' },
} as const;

type Version = 4 | 6;

function cidrOf(version: Version, name: keyof Addressing, wanted: Addressing): Cidr | null {
  const text = wanted[name];
  if (text === '') return null;
  const cidr = parseCidr(text);
  if (cidr === null || cidr.address.version !== version) {
    throw invalid(`invalid ${flags[version][name]}: ${text} is no IPv${version} range`);
  }
  return cidr;
}

/** The device's own address that goes with the range; whatever else it has is of an earlier start. */
function foundAddress(version: Version, found: readonly string[], fixed: Cidr | null): Cidr | null {
  const own = found.map(parseCidr).filter((cidr) => cidr?.address.version === version);
  return own.find((cidr) => cidr !== null && (fixed === null || covers(networkOf(cidr), fixed))) ?? null;
}

/** @param found addresses that the device has already, in CIDR notation */
function addressing(version: Version, wanted: Addressing, found: readonly string[]): ConfigRow | null {
  const range = cidrOf(version, 'fixedCidr', wanted);
  const fixed = range === null ? null : networkOf(range);
  const own = cidrOf(version, 'bip', wanted) ?? foundAddress(version, found, fixed);
  if (own === null) {
    if (fixed !== null) return row(version, fixed, wanted, { fixed, gateway: null });
    if (wanted.defaultGateway === '') return null;
    throw invalid(`${flags[version].defaultGateway} needs ${flags[version].bip}`);
  }
  const subnet = networkOf(own);
  if (own.address.value === subnet.address.value) {
    throw invalid(`invalid ${flags[version].bip}: ${wanted.bip} is no address of a host`);
  }
  return row(version, subnet, wanted, { fixed, gateway: formatAddress(own.address) });
}

function row(
  version: Version,
  subnet: Cidr,
  { fixedCidr, defaultGateway }: Addressing,
  { fixed, gateway }: { readonly fixed: Cidr | null; readonly gateway: string | null },
): ConfigRow {
  if (fixed !== null && !covers(subnet, fixed)) {
    throw invalid(`invalid ${flags[version].fixedCidr}: ${fixedCidr} is outside of ${formatCidr(subnet)}`);
  }
  const auxiliary: Record<string, string> = {};
  if (defaultGateway !== '') {
    const address = parseAddress(defaultGateway);
    if (address === null || !contains(subnet, address)) {
      throw invalid(
        `invalid ${flags[version].defaultGateway}: ${defaultGateway} is outside of ${formatCidr(subnet)}`,
      );
    }
    const text = formatAddress(address);
    if (text !== gateway) auxiliary[gatewayKey[version]] = text;
  }
  return { subnet: formatCidr(subnet), range: fixed === null ? null : formatCidr(fixed), gateway, auxiliary };
}

/** What is the same of all three that the engine makes. */
const predefined = ({ id, created }: Pick<NetworkRecord, 'id' | 'created'>) => ({
  id,
  created,
  predefined: true,
  enableIPv4: true,
  internal: false,
  attachable: false,
  configOnly: false,
  changing: false,
  configFrom: null,
  labels: {},
  subnets: [],
});

/** The record without subnets. @param before the one of the last start, whose id is kept */
export function defaultBridge(
  settings: DefaultBridgeSettings,
  found: readonly string[],
  before: Pick<NetworkRecord, 'id' | 'created'>,
): NetworkRecord {
  const rows = [
    addressing(4, settings, found),
    settings.ipv6 === null ? null : addressing(6, settings.ipv6, found),
  ];
  return {
    ...predefined(before),
    name: 'bridge',
    driver: 'bridge',
    enableIPv6: settings.ipv6 !== null,
    options: {
      'com.docker.network.bridge.default_bridge': 'true',
      'com.docker.network.bridge.enable_icc': String(settings.icc),
      'com.docker.network.bridge.enable_ip_masquerade': String(settings.ipMasq),
      'com.docker.network.bridge.host_binding_ipv4': settings.hostIp,
      'com.docker.network.bridge.name': settings.bridge,
      'com.docker.network.driver.mtu': String(settings.mtu),
    },
    ipam: { driver: 'default', options: null, config: rows.filter((each) => each !== null) },
  };
}

/** `host` and `none`. */
export function unattachedNetwork(
  name: 'host' | 'none',
  before: Pick<NetworkRecord, 'id' | 'created'>,
): NetworkRecord {
  return {
    ...predefined(before),
    name,
    driver: name === 'host' ? 'host' : 'null',
    enableIPv6: false,
    options: {},
    ipam: { driver: 'default', options: null, config: [] },
  };
}
