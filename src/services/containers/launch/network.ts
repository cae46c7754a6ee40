import { conflict, internal, invalid, MinkeError, messageOf } from '../../../errors/minke-error.ts';
import { isUserDefined, type JoinRequest, type Sandbox } from '../../networks/contract.ts';
import type { Context } from '../context.ts';
import { endpointRequest } from '../create/endpoints.ts';
import { HOST_GATEWAY, parseExtraHost } from '../create/extra-hosts.ts';
import { parseNetworkMode } from '../create/modes.ts';
import { exposedPorts, portRequests } from '../create/ports.ts';
import { type HostRow, hostsText, withOwnNames } from '../etc/hosts.ts';
import { type ResolverWish, resolvConfText, statesNdots, upstreamServers } from '../etc/resolv-conf.ts';
import { linksToRunning } from '../links.ts';
import type { LiveContainer } from '../live/container.ts';
import type { Undo } from '../live/undo.ts';
import type { ContainerRecord, Endpoint } from '../record/record.ts';
import { isAlive } from '../record/state.ts';
import type { NamespaceChoice } from '../spec/spec.ts';
import { defaultSysctls } from '../spec/sysctls.ts';
import { portFailure } from './port-words.ts';

/** What the network gives to a container's spec. */
export interface Networking {
  readonly namespace: NamespaceChoice;
  readonly sandbox: Sandbox | null;
  /** Destination to source. */
  readonly etcFiles: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly domainname: string;
  readonly sysctls: Readonly<Record<string, string>>;
  /** Resolves when the keeper listens on published ports. Rejects where it can't. */
  readonly listening: Promise<void>;
}

const silent = Promise.resolve();

/** The container whose namespace is joined; it must run. @throws invalid, conflict */
export function donor(context: Context, ref: string, what: string): LiveContainer {
  const found = context.registry.find(ref);
  if (found === undefined) {
    const joining = what === 'network namespace' ? `joining ${what} of container` : `failed to join ${what}`;
    throw invalid(`${joining}: No such container: ${ref}`);
  }
  const { status } = found.record.state;
  if (status === 'restarting') {
    throw conflict(`Container ${found.id} is restarting, wait until the container is running`);
  }
  if (isAlive(found.record.state)) return found;
  if (what === 'network namespace') {
    const name = found.record.name.replace(/^\//, '');
    throw conflict(`cannot join ${what} of a non running container: container ${name} is ${status}`);
  }
  throw conflict(`failed to join ${what}: container ${found.id} is not running`);
}

/** What /etc/resolv.conf is to hold by the container's settings, else the daemon's. */
export const wishOf = (context: Context, { hostConfig }: ContainerRecord): ResolverWish => {
  const settings = context.settings();
  const or = (own: readonly string[] | null, all: readonly string[]) =>
    own !== null && own.length > 0 ? own : all;
  return {
    servers: or(hostConfig.Dns, settings.dns),
    search: or(hostConfig.DnsSearch, settings.dnsSearch),
    options: or(hostConfig.DnsOptions, settings.dnsOptions),
  };
};

/** Addresses that `host-gateway` stands for. */
async function gateways(context: Context): Promise<readonly string[]> {
  const { hostGatewayIps } = context.settings();
  if (hostGatewayIps.length > 0) return hostGatewayIps;
  const bridge = await context.networks.inspect('bridge', { verbose: false }).catch(() => undefined);
  const found = (bridge?.IPAM?.Config ?? []).flatMap(({ Gateway }) => (Gateway ? [Gateway] : []));
  if (found.length === 0) throw internal('unable to derive the IP value for host-gateway');
  return found;
}

async function extraRows(context: Context, record: ContainerRecord): Promise<HostRow[]> {
  const rows: HostRow[] = [];
  for (const text of record.hostConfig.ExtraHosts ?? []) {
    const { name, address } = parseExtraHost(text);
    const addresses = address === HOST_GATEWAY ? await gateways(context) : [address];
    rows.push(...addresses.map((one) => ({ address: one, names: [name] })));
  }
  return rows;
}

/** The container's three files in /etc, where they are its own. */
export function writeEtcFiles(
  context: Context,
  record: ContainerRecord,
  parts: {
    rows: readonly HostRow[];
    hosts?: string;
    /** The host's resolv.conf(5). */
    resolvConf: string;
    resolver: string | null;
    shared: boolean;
  },
): Record<string, string> {
  const { folders } = context;
  const { id, config } = record;
  const rows = withOwnNames(parts.rows, config);
  const resolv = resolvConfText(parts.resolvConf, wishOf(context, record), parts);
  const extra = rows.map(({ address, names }) => `${address}\t${names.join(' ')}\n`).join('');
  const hosts = parts.hosts === undefined ? hostsText(rows) : parts.hosts + extra;
  return {
    '/etc/resolv.conf': folders.writeFile(id, 'resolv.conf', resolv),
    '/etc/hostname': folders.writeFile(id, 'hostname', `${config.Hostname}\n`),
    '/etc/hosts': folders.writeFile(id, 'hosts', hosts),
  };
}

/** From the first start on a network is known by its id: one that was made later by the same name is another. */
const referenceTo = (name: string, { networkId }: Endpoint, { started }: ContainerRecord): string =>
  started && isUserDefined(name) && networkId !== '' ? networkId : name;

/** `resolvConf`: the host's. */
export function joinRequest(context: Context, record: ContainerRecord, resolvConf: string): JoinRequest {
  const { id, name, config, hostConfig } = record;
  const wish = wishOf(context, record);
  const links = Object.hasOwn(record.endpoints, 'bridge') ? linksToRunning(context, record) : [];
  return {
    container: id,
    name,
    hostname: config.Hostname,
    endpoints: Object.entries(record.endpoints).map(([network, endpoint]) => {
      const request = endpointRequest(referenceTo(network, endpoint, record), endpoint);
      return network === 'bridge' ? { ...request, links: [...request.links, ...links] } : request;
    }),
    ports: portRequests(hostConfig.PortBindings, config.ExposedPorts, hostConfig.PublishAllPorts),
    exposed: exposedPorts(hostConfig.PortBindings, config.ExposedPorts),
    sysctls: hostConfig.Sysctls ?? {},
    publishLater: true,
    dns: upstreamServers(resolvConf, wish),
    ownDns: wish.servers.length > 0,
    ndots: statesNdots(resolvConf, wish),
  };
}

export const settingUp = (error: unknown): MinkeError => {
  const message = `failed to set up container networking: ${messageOf(error)}`;
  const kind = error instanceof MinkeError && error.kind !== 'conflict' ? error.kind : 'internal';
  return new MinkeError(kind, message, { cause: error });
};

async function joinOwn(context: Context, container: LiveContainer, undo: Undo): Promise<Networking> {
  const { record } = container;
  const { networks, keeper, proc } = context;
  const rows = extraRows(context, record);
  rows.catch(() => {});
  const resolvConf = proc.resolvConf();
  const sandbox = await networks.join(joinRequest(context, record, resolvConf)).catch((error: unknown) => {
    throw settingUp(error);
  });
  undo.add(() => networks.leave(record.id));
  let listening = silent;
  if (sandbox.proxies.length > 0) {
    undo.add(() => keeper.proxies(record.id, []));
    listening = keeper.proxies(record.id, sandbox.proxies).catch((error: unknown) => {
      throw settingUp(portFailure(error, record.name.replace(/^\//, ''), sandbox) ?? error);
    });
    // Waited for later; something else may fail first.
    listening.catch(() => {});
  }
  const { resolver } = sandbox;
  return {
    namespace: { kind: 'join', path: sandbox.netns },
    sandbox,
    etcFiles: writeEtcFiles(context, record, {
      rows: [...(await rows), ...sandbox.hosts],
      resolvConf,
      resolver,
      shared: false,
    }),
    hostname: record.config.Hostname,
    domainname: record.config.Domainname,
    sysctls: defaultSysctls((name) => proc.hasSysctl(name)),
    listening,
  };
}

/** Takes the container's place in the network it asked for. What is taken is registered with `undo`. */
export async function joinNetwork(
  context: Context,
  container: LiveContainer,
  undo: Undo,
): Promise<Networking> {
  const { record } = container;
  const { config, hostConfig } = record;
  const mode = parseNetworkMode(hostConfig.NetworkMode);
  const own = {
    hostname: config.Hostname,
    domainname: config.Domainname,
    sandbox: null,
    sysctls: {},
    listening: silent,
  };
  if (config.NetworkDisabled === true) return { ...own, namespace: { kind: 'own' }, etcFiles: {} };
  if (mode.kind === 'container') {
    const other = donor(context, mode.container, 'network namespace');
    const folder = context.folders.folder(other.id);
    const { Hostname: hostname, Domainname: domainname } = other.record.config;
    container.record = { ...record, config: { ...config, Hostname: hostname, Domainname: domainname } };
    const files = other.record.config.NetworkDisabled === true ? [] : ['resolv.conf', 'hostname', 'hosts'];
    return {
      namespace: { kind: 'join', path: `/proc/${other.record.state.pid}/ns/net` },
      sandbox: null,
      etcFiles: Object.fromEntries(files.map((name) => [`/etc/${name}`, `${folder}/${name}`])),
      hostname,
      domainname,
      sysctls: {},
      listening: silent,
    };
  }
  if (mode.kind === 'host') {
    const rows = await extraRows(context, record);
    const hosts = context.proc.hostsFile();
    return {
      ...own,
      namespace: { kind: 'host' },
      etcFiles: writeEtcFiles(context, record, {
        rows,
        hosts,
        resolvConf: context.proc.resolvConf(),
        resolver: null,
        shared: true,
      }),
    };
  }
  return joinOwn(context, container, undo);
}
