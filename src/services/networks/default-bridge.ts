/** The network `bridge`, which the daemon's settings describe. */
import { invalid } from '../../errors/minke-error.ts';
import { formatAddress, parseAddress } from '../../kit/ip/address.ts';
import { type Cidr, contains, covers, formatCidr, networkOf, parseCidr } from '../../kit/ip/cidr.ts';
import type { ConfigRow, NetworkRecord } from './records.ts';

export interface DefaultBridgeSettings {
  /** Name of the device; `none`: there is no default network. */
  readonly bridge: string;
  /** `--bip`: the host's address in CIDR notation; empty: what the device has, else a default pool. */
  readonly bip: string;
  /** `--fixed-cidr`: the part of the subnet from which addresses are picked; empty: all. */
  readonly fixedCidr: string;
  /** `--default-gateway`: next hop of containers; empty: the host. */
  readonly defaultGateway: string;
  readonly mtu: number;
  readonly icc: boolean;
  readonly ipMasq: boolean;
  /** `--ip`: where ports are published that name no address. */
  readonly hostIp: string;
}

/** Name under which the containers' gateway is kept among the auxiliary addresses, as Docker does. */
export const gatewayKey = { 4: 'DefaultGatewayIPv4', 6: 'DefaultGatewayIPv6' } as const;

function cidrOf(flag: string, text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === null || cidr.address.version !== 4)
    throw invalid(`invalid --${flag}: ${text} is no IPv4 range`);
  return cidr;
}

/** @param found addresses that the device has already, in CIDR notation */
function addressing(settings: DefaultBridgeSettings, found: readonly string[]): ConfigRow | null {
  const { bip, fixedCidr, defaultGateway } = settings;
  const own =
    bip === '' ? found.map(parseCidr).find((cidr) => cidr?.address.version === 4) : cidrOf('bip', bip);
  if (!own) {
    if (fixedCidr === '' && defaultGateway === '') return null;
    if (fixedCidr === '') throw invalid('--default-gateway needs --bip');
    const range = networkOf(cidrOf('fixed-cidr', fixedCidr));
    return row(range, { settings });
  }
  const subnet = networkOf(own);
  if (own.address.value === subnet.address.value)
    throw invalid(`invalid --bip: ${bip} is no address of a host`);
  return row(subnet, { settings, gateway: formatAddress(own.address) });
}

function row(
  subnet: Cidr,
  { settings, gateway = null }: { settings: DefaultBridgeSettings; gateway?: string | null },
): ConfigRow {
  const { fixedCidr, defaultGateway } = settings;
  const range = fixedCidr === '' ? null : networkOf(cidrOf('fixed-cidr', fixedCidr));
  if (range !== null && !covers(subnet, range)) {
    throw invalid(`invalid --fixed-cidr: ${fixedCidr} is outside of ${formatCidr(subnet)}`);
  }
  const auxiliary: Record<string, string> = {};
  if (defaultGateway !== '') {
    const address = parseAddress(defaultGateway);
    if (address === null || !contains(subnet, address)) {
      throw invalid(`invalid --default-gateway: ${defaultGateway} is outside of ${formatCidr(subnet)}`);
    }
    const text = formatAddress(address);
    if (text !== gateway) auxiliary[gatewayKey[4]] = text;
  }
  return { subnet: formatCidr(subnet), range: range === null ? null : formatCidr(range), gateway, auxiliary };
}

/** The record without subnets. @param before the one of the last start, whose id is kept */
export function defaultBridge(
  settings: DefaultBridgeSettings,
  found: readonly string[],
  before: Pick<NetworkRecord, 'id' | 'created'>,
): NetworkRecord {
  const wanted = addressing(settings, found);
  return {
    id: before.id,
    name: 'bridge',
    created: before.created,
    driver: 'bridge',
    predefined: true,
    enableIPv4: true,
    enableIPv6: false,
    internal: false,
    attachable: false,
    configOnly: false,
    configFrom: null,
    options: {
      'com.docker.network.bridge.default_bridge': 'true',
      'com.docker.network.bridge.enable_icc': String(settings.icc),
      'com.docker.network.bridge.enable_ip_masquerade': String(settings.ipMasq),
      'com.docker.network.bridge.host_binding_ipv4': settings.hostIp,
      'com.docker.network.bridge.name': settings.bridge,
      'com.docker.network.driver.mtu': String(settings.mtu),
    },
    labels: {},
    ipam: { driver: 'default', options: null, config: wanted === null ? [] : [wanted] },
    subnets: [],
  };
}

/** `host` and `none`. */
export function unattachedNetwork(
  name: 'host' | 'none',
  { id, created }: Pick<NetworkRecord, 'id' | 'created'>,
): NetworkRecord {
  return {
    id,
    name,
    created,
    driver: name === 'host' ? 'host' : 'null',
    predefined: true,
    enableIPv4: true,
    enableIPv6: false,
    internal: false,
    attachable: false,
    configOnly: false,
    configFrom: null,
    options: {},
    labels: {},
    ipam: { driver: 'default', options: null, config: [] },
    subnets: [],
  };
}
