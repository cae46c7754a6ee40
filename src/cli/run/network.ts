import { isIP } from 'node:net';
import type { Kind } from '../flags/kind.ts';
import { splitCsv } from '../flags/list-kinds.ts';

/** What `--network` says about one network. */
export interface NetworkAttachment {
  readonly target: string;
  readonly aliases: readonly string[];
  readonly driverOptions: Readonly<Record<string, string>> | undefined;
  readonly links: readonly string[];
  readonly ipv4: string;
  readonly ipv6: string;
  readonly linkLocal: readonly string[];
  readonly mac: string;
  readonly gatewayPriority: number;
}

export const plainAttachment = (target: string): NetworkAttachment => ({
  target,
  aliases: [],
  driverOptions: undefined,
  links: [],
  ipv4: '',
  ipv6: '',
  linkLocal: [],
  mac: '',
  gatewayPriority: 0,
});

function ip(value: string): string {
  if (isIP(value) === 0) throw new Error(`ParseAddr(${JSON.stringify(value)}): unable to parse IP`);
  return value;
}

/** A name, or `name=net,alias=a,ip=…,ip6=…,mac-address=…,link-local-ip=…,driver-opt=k=v,gw-priority=n`. */
export function parseNetwork(spec: string): NetworkAttachment {
  if (!/\w+=\w+/.test(spec)) return plainAttachment(spec);
  let made = plainAttachment('');
  for (const field of splitCsv(spec)) {
    const lower = field.toLowerCase();
    const equals = lower.indexOf('=');
    if (equals <= 0) throw new Error(`invalid field ${field}`);
    const key = lower.slice(0, equals).trim();
    const value = lower.slice(equals + 1).trim();
    switch (key) {
      case 'name':
        made = { ...made, target: value };
        break;
      case 'alias':
        made = { ...made, aliases: [...made.aliases, value] };
        break;
      case 'ip':
        made = { ...made, ipv4: ip(value) };
        break;
      case 'ip6':
        made = { ...made, ipv6: ip(value) };
        break;
      case 'mac-address':
        made = { ...made, mac: value };
        break;
      case 'link-local-ip':
        made = { ...made, linkLocal: [...made.linkLocal, ip(value)] };
        break;
      case 'driver-opt': {
        const split = value.indexOf('=');
        if (split <= 0) throw new Error('invalid key value pair format in driver options');
        const option = { [value.slice(0, split).trim()]: value.slice(split + 1).trim() };
        made = { ...made, driverOptions: { ...made.driverOptions, ...option } };
        break;
      }
      case 'gw-priority':
        if (!/^[+-]?\d+$/.test(value)) throw new Error(`invalid gw-priority (${value}): invalid syntax`);
        made = { ...made, gatewayPriority: Number(value) };
        break;
      default:
        throw new Error(`invalid field key ${key}`);
    }
  }
  if (made.target === '') throw new Error('network name/id is not specified');
  return made;
}

export const networkKind: Kind<readonly NetworkAttachment[]> = {
  typeName: 'network',
  zero: [],
  parse: (raw, before) => [...before, parseNetwork(raw)],
};

const builtIn = (mode: string): boolean =>
  mode === '' ||
  mode === 'default' ||
  mode === 'bridge' ||
  mode === 'host' ||
  mode === 'none' ||
  mode.startsWith('container:');

export const isUserDefined = (mode: string): boolean => !builtIn(mode);

/** The endpoint flags that are not part of `--network` and stand for the first network. */
export interface EndpointFlags {
  readonly aliases: readonly string[];
  readonly links: readonly string[];
  readonly ipv4: string;
  readonly ipv6: string;
  readonly linkLocal: readonly string[];
  readonly mac: string;
}

export interface EndpointSettings {
  readonly IPAMConfig: {
    IPv4Address?: string;
    IPv6Address?: string;
    LinkLocalIPs?: readonly string[];
  } | null;
  readonly Links: readonly string[] | null;
  readonly Aliases: readonly string[] | null;
  readonly MacAddress: string;
  readonly DriverOpts: Readonly<Record<string, string>> | null;
  readonly GwPriority: number;
}

const clashes: readonly (readonly [keyof EndpointFlags, string])[] = [
  ['aliases', 'conflicting options: cannot specify both --network-alias and per-network alias'],
  ['links', 'conflicting options: cannot specify both --link and per-network links'],
  ['ipv4', 'conflicting options: cannot specify both --ip and per-network IPv4 address'],
  ['ipv6', 'conflicting options: cannot specify both --ip6 and per-network IPv6 address'],
  ['mac', 'conflicting options: cannot specify both --mac-address and per-network MAC address'],
  [
    'linkLocal',
    'conflicting options: cannot specify both --link-local-ip and per-network link-local IP addresses',
  ],
];

function withFlags(attachment: NetworkAttachment, flags: EndpointFlags): NetworkAttachment {
  for (const [key, message] of clashes)
    if (attachment[key].length > 0 && flags[key].length > 0) throw new Error(message);
  return {
    ...attachment,
    aliases: flags.aliases.length > 0 ? flags.aliases : attachment.aliases,
    links: flags.links.length > 0 && isUserDefined(attachment.target) ? flags.links : attachment.links,
    ipv4: flags.ipv4 || attachment.ipv4,
    ipv6: flags.ipv6 || attachment.ipv6,
    mac: flags.mac || attachment.mac,
    linkLocal: flags.linkLocal.length > 0 ? flags.linkLocal : attachment.linkLocal,
  };
}

export const macPattern =
  /^([0-9a-fA-F]{2}([:-])[0-9a-fA-F]{2}(\2[0-9a-fA-F]{2}){4}|[0-9a-fA-F]{4}(\.[0-9a-fA-F]{4}){2})$/;

function settings(attachment: NetworkAttachment): EndpointSettings {
  if (attachment.target.trim() === '') throw new Error('no name set for network');
  if (!isUserDefined(attachment.target)) {
    if (attachment.aliases.length > 0)
      throw new Error('network-scoped aliases are only supported for user-defined networks');
    if (attachment.links.length > 0) throw new Error('links are only supported for user-defined networks');
  }
  const addressed = attachment.ipv4 !== '' || attachment.ipv6 !== '' || attachment.linkLocal.length > 0;
  const mac = attachment.mac.trim();
  if (mac !== '' && !macPattern.test(mac)) throw new Error(`${attachment.mac} is not a valid mac address`);
  return {
    IPAMConfig: addressed
      ? {
          ...(attachment.ipv4 === '' ? {} : { IPv4Address: attachment.ipv4 }),
          ...(attachment.ipv6 === '' ? {} : { IPv6Address: attachment.ipv6 }),
          ...(attachment.linkLocal.length === 0 ? {} : { LinkLocalIPs: attachment.linkLocal }),
        }
      : null,
    Links: attachment.links.length > 0 ? attachment.links : null,
    Aliases: attachment.aliases.length > 0 ? attachment.aliases : null,
    MacAddress: mac,
    DriverOpts: attachment.driverOptions ?? null,
    GwPriority: attachment.gatewayPriority,
  };
}

const isPlain = (endpoint: EndpointSettings): boolean =>
  endpoint.IPAMConfig === null &&
  endpoint.Links === null &&
  endpoint.Aliases === null &&
  endpoint.MacAddress === '' &&
  endpoint.DriverOpts === null &&
  endpoint.GwPriority === 0;

/** The `EndpointsConfig` of a new container. The other endpoint flags belong to the first network. */
export function endpoints(
  networks: readonly NetworkAttachment[],
  flags: EndpointFlags,
): Record<string, EndpointSettings> {
  if (networks.length === 0) return { default: settings(withFlags(plainAttachment('default'), flags)) };
  const made: Record<string, EndpointSettings> = {};
  networks.forEach((network, index) => {
    const endpoint = settings(index === 0 ? withFlags(network, flags) : network);
    if (Object.hasOwn(made, network.target))
      throw new Error(`network ${JSON.stringify(network.target)} is specified multiple times`);
    // One network without settings of its own is made by the daemon from the network mode.
    if (networks.length === 1 && isPlain(endpoint)) return;
    made[network.target] = endpoint;
  });
  const kinds = new Set(networks.map((network) => isUserDefined(network.target)));
  if (kinds.size > 1)
    throw new Error(
      'conflicting options: cannot attach both user-defined and non-user-defined network-modes',
    );
  return made;
}
