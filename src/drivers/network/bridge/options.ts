/** Options of bridge networks by Docker's names, read into values. */
import { invalid } from '../../../errors/minke-error.ts';
import { formatAddress, parseAddress } from '../../../kit/ip/address.ts';
import type { IpVersion, NetworkFacts, Subnet } from '../contract.ts';
import { isLinkName } from '../endpoint/link-name.ts';

/**
 * `nat`: addresses are the host's outside. `nat-unprotected`: besides, every port is reachable at the container's own
 * address. `routed`: own addresses, open ports only. `isolated`: the host has no address in the network.
 */
export type GatewayMode = 'nat' | 'nat-unprotected' | 'routed' | 'isolated';

export interface BridgeNetwork {
  readonly id: string;
  readonly name: string;
  /** Name of the bridge device. */
  readonly bridge: string;
  /** The name was chosen by whoever made the network: a device of that name may have been there before. */
  readonly named: boolean;
  readonly internal: boolean;
  readonly icc: boolean;
  readonly masquerade: boolean;
  /** The bridge gets no IPv4 address: the gateway is somebody else's. */
  readonly inhibited: boolean;
  readonly mtu: number;
  /** Null: all addresses. */
  readonly hostBinding: string | null;
  readonly mode: Readonly<Record<IpVersion, GatewayMode>>;
  /** Address of the host from which containers are seen outside; null: that of the interface by which they leave. */
  readonly source: Readonly<Record<IpVersion, string | null>>;
  /** Interfaces whose neighbours reach published ports at the containers' own addresses. */
  readonly trusted: readonly string[];
  readonly linkPrefix: string;
  readonly subnets: readonly Subnet[];
}

const prefix = 'com.docker.network';
const names = {
  bridge: `${prefix}.bridge.name`,
  masquerade: `${prefix}.bridge.enable_ip_masquerade`,
  icc: `${prefix}.bridge.enable_icc`,
  hostBinding: `${prefix}.bridge.host_binding_ipv4`,
  inhibit: `${prefix}.bridge.inhibit_ipv4`,
  mode4: `${prefix}.bridge.gateway_mode_ipv4`,
  mode6: `${prefix}.bridge.gateway_mode_ipv6`,
  source4: `${prefix}.host_ipv4`,
  source6: `${prefix}.host_ipv6`,
  trusted: `${prefix}.bridge.trusted_host_interfaces`,
  mtu: `${prefix}.driver.mtu`,
  linkPrefix: `${prefix}.container_iface_prefix`,
} as const;

type Options = NetworkFacts['options'];

const option = (options: Options, name: string): string | undefined =>
  Object.hasOwn(options, name) ? options[name] : undefined;

/** Go's strconv.ParseBool. */
function flag(options: Options, name: string, fallback: boolean): boolean {
  const value = option(options, name);
  if (value === undefined) return fallback;
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(value)) return false;
  throw invalid(
    `failed to parse ${name} value: ${value} (strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax)`,
  );
}

function mtu(options: Options): number {
  const value = option(options, names.mtu);
  if (value === undefined) return 1500;
  if (!/^[+-]?[0-9]{1,18}$/.test(value)) {
    throw invalid(
      `failed to parse ${names.mtu} value: ${value} (strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax)`,
    );
  }
  const number = Number(value);
  if (number < 0 || number > 65535) throw invalid(`invalid MTU number: ${number}`);
  return number === 0 ? 1500 : number;
}

/** Besides, no character that means something in a rule of a packet filter (`eth+`, `br*`). */
const isBridgeName = (name: string): boolean => isLinkName(name) && /^[a-zA-Z0-9_.@-]+$/.test(name);

/** Null where there is none. */
function addressOf(options: Options, name: string, version: IpVersion | null): string | null {
  const value = option(options, name);
  if (value === undefined || value === '') return null;
  const address = parseAddress(value);
  if (address === null) throw invalid(`failed to parse ${name} value: ${value} (nil ip)`);
  if (version !== null && address.version !== version) {
    throw invalid(`failed to parse ${name} value: ${value} (it is no IPv${version} address)`);
  }
  return formatAddress(address);
}

function trustedOf(options: Options): string[] {
  const links = (option(options, names.trusted) ?? '').split(':').filter((link) => link !== '');
  for (const link of links) {
    if (!isBridgeName(link))
      throw invalid(`invalid ${names.trusted} value: ${JSON.stringify(link)} is no name for an interface`);
  }
  return [...new Set(links)];
}

const modes: readonly GatewayMode[] = ['nat', 'nat-unprotected', 'routed', 'isolated'];

function mode(options: Options, name: string, internal: boolean): GatewayMode {
  const value = option(options, name);
  if (value === undefined || value === '') return 'nat';
  const known = modes.find((each) => each === value);
  if (known === undefined)
    throw invalid(`failed to parse ${name} value: ${value} (unknown gateway mode ${value})`);
  if (known === 'isolated' && !internal) {
    throw invalid("gateway mode 'isolated' can only be used for an internal network");
  }
  return known;
}

function linkName(options: Options, name: string, fallback: string): string {
  const value = option(options, name);
  if (value === undefined || value === '') return fallback;
  if (!isLinkName(value))
    throw invalid(`invalid ${name} value: ${JSON.stringify(value)} is no name for an interface`);
  return value;
}

function bridgeName(options: Options, fallback: string): string {
  const name = linkName(options, names.bridge, fallback);
  if (isBridgeName(name)) return name;
  throw invalid(`invalid ${names.bridge} value: ${JSON.stringify(name)} is no name for a bridge`);
}

/** Throws `invalid` in Docker's words. */
export function readBridge({ id, name, internal, subnets, options }: NetworkFacts): BridgeNetwork {
  const mode4 = mode(options, names.mode4, internal);
  const mode6 = mode(options, names.mode6, internal);
  const ownName = `br-${id.slice(0, 12)}`;
  const bridge = bridgeName(options, ownName);
  const inhibited = flag(options, names.inhibit, false);
  const binding = addressOf(options, names.hostBinding, null) ?? '';
  const hasGateway = ({ version }: Subnet): boolean =>
    version === 4 ? mode4 !== 'isolated' && !inhibited : mode6 !== 'isolated';
  return {
    id,
    name,
    internal,
    bridge,
    named: bridge !== ownName,
    icc: flag(options, names.icc, true),
    inhibited,
    masquerade: flag(options, names.masquerade, true),
    mtu: mtu(options),
    hostBinding: ['', '0.0.0.0', '::'].includes(binding) ? null : binding,
    mode: { 4: mode4, 6: mode6 },
    source: { 4: addressOf(options, names.source4, 4), 6: addressOf(options, names.source6, 6) },
    trusted: trustedOf(options),
    linkPrefix: linkName(options, names.linkPrefix, 'eth'),
    subnets: subnets.map((subnet) => (hasGateway(subnet) ? subnet : { ...subnet, gateway: null })),
  };
}
