import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resolver } from '../../drivers/dns/contract.ts';
import { DefaultIpam } from '../../drivers/ipam/default/driver.ts';
import { BridgeDriver } from '../../drivers/network/bridge/driver.ts';
import { ipvlan } from '../../drivers/network/ipvlan/ipvlan.ts';
import { macvlan } from '../../drivers/network/macvlan/macvlan.ts';
import { SublinkDriver } from '../../drivers/network/sublink/driver.ts';
import { UnattachedDriver } from '../../drivers/network/unattached/driver.ts';
import { FileRecords } from '../../drivers/state/files/file-records.ts';
import { messageOf } from '../../errors/minke-error.ts';
import { NetworkThread } from '../../host/netns/thread.ts';
import type { Processes } from '../../host/process/contract.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Events } from '../../services/events/contract.ts';
import type { PortProbe } from '../../services/networks/publish.ts';
import { networkRecord, sandboxRecord } from '../../services/networks/records.ts';
import { NetworkService } from '../../services/networks/service.ts';
import type { Settings } from '../settings/table.ts';
import { wireFilters } from './filters.ts';
import { publishPolicyOf } from './publish-policy.ts';

export interface NetworkParts {
  readonly processes: Processes;
  readonly events: Events;
  readonly log: Logger;
  /** The entry file of the thread that changes namespaces. */
  readonly threadEntry: URL;
  /** Kept from start to start: IPv6 default pools are derived from it. */
  readonly engineId: string;
  readonly probe: PortProbe;
  readonly resolver: Resolver;
}

/** ip-sysctl(7), `ip_local_port_range`: two numbers. */
function dynamicPorts(): [number, number] {
  const [low, high] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number);
  return [low ?? 32768, high ?? 60999];
}

function hostHasIPv6(): boolean {
  try {
    return readFileSync('/proc/sys/net/ipv6/conf/all/disable_ipv6', 'utf8').trim() === '0';
  } catch {
    return false;
  }
}

export function wireNetworks(
  settings: Settings,
  parts: NetworkParts,
): { networks: NetworkService; thread: NetworkThread } {
  const { log } = parts;
  const warn = (message: string, error?: unknown): void =>
    log.warn(message, error === undefined ? {} : { error: messageOf(error) });
  const thread = new NetworkThread({ entry: parts.threadEntry });
  const bridge = settings.bridge || 'docker0';
  const filters = wireFilters(settings, parts.processes, bridge);
  const networks = new NetworkService({
    networks: new FileRecords({
      root: join(settings.dataRoot, 'network'),
      layout: { kind: 'flat', suffix: '.json' },
      schema: networkRecord,
    }),
    sandboxes: new FileRecords({
      root: join(settings.execRoot, 'networking'),
      layout: { kind: 'flat', suffix: '.json' },
      schema: sandboxRecord,
    }),
    namespaceFolder: join(settings.execRoot, 'netns'),
    readyNamespaces: 3,
    stack: thread,
    drivers: [
      new BridgeDriver({
        stack: thread,
        ...filters,
        userlandProxy: settings.userlandProxy,
        allowDirectRouting: settings.allowDirectRouting,
        ipForward: settings.ipForward,
        ipForwardNoDrop: settings.ipForwardNoDrop,
        foreignBridges: new Set(
          settings.bridge !== '' && existsSync(`/sys/class/net/${settings.bridge}`) ? [settings.bridge] : [],
        ),
        warn,
      }),
      new SublinkDriver(ipvlan, { stack: thread }),
      new SublinkDriver(macvlan, { stack: thread }),
      new UnattachedDriver('host'),
      new UnattachedDriver('null'),
    ],
    ipam: [new DefaultIpam({ defaultPools: settings.defaultAddressPools, hostId: parts.engineId })],
    resolver: parts.resolver,
    namesForHost: settings.hostNames !== '',
    events: parts.events,
    defaultBridge: {
      bridge,
      bip: settings.bip,
      fixedCidr: settings.fixedCidr,
      defaultGateway: settings.defaultGateway,
      ipv6: settings.ipv6
        ? { bip: settings.bip6, fixedCidr: settings.fixedCidr6, defaultGateway: settings.defaultGateway6 }
        : null,
      mtu: settings.mtu,
      icc: settings.icc,
      ipMasq: settings.ipMasq,
      hostIp: settings.ip,
    },
    defaultOptions: new Map(
      [...settings.defaultNetworkOpts].map(([driver, options]) => [driver, Object.fromEntries(options)]),
    ),
    userlandProxy: settings.userlandProxy,
    publishPolicy: publishPolicyOf(settings),
    hostIPv6: hostHasIPv6(),
    dynamicPorts: dynamicPorts(),
    probe: parts.probe,
    now: () => new Date().toISOString(),
    warn,
  });
  return { networks, thread };
}
