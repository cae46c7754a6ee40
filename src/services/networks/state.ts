/** What the service knows while it runs, and the look-ups that its verbs share. */
import { randomBytes } from 'node:crypto';
import type { Resolver } from '../../drivers/dns/contract.ts';
import type { IpamDriver } from '../../drivers/ipam/contract.ts';
import type { NetworkDriver } from '../../drivers/network/contract.ts';
import type { RecordStore } from '../../drivers/state/contract.ts';
import { forbidden, internal } from '../../errors/minke-error.ts';
import type { NetworkStack } from '../../host/netns/contract.ts';
import { Lock } from '../../kit/lock/lock.ts';
import type { ProxySpec } from '../../wire/keeper.ts';
import type { Events } from '../events/contract.ts';
import type { EndpointRequest } from './contract.ts';
import type { DefaultBridgeSettings } from './default-bridge.ts';
import { entrances, type Known } from './entrance.ts';
import { findNetwork } from './find.ts';
import { KeyedLocks } from './keyed-locks.ts';
import { type Namespace, Namespaces } from './namespaces.ts';
import { PortTable } from './ports.ts';
import { type PortProbe, type PublishOptions, proxiesOf } from './publish.ts';
import type { PublishPolicy } from './publish-policy.ts';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from './records.ts';

export interface NetworkServiceOptions {
  /** One file a network under `<data-root>/network/`; schema `networkRecord`. */
  readonly networks: RecordStore<NetworkRecord>;
  /** One file a container that has networking, under `<exec-root>/networking/`; schema `sandboxRecord`. */
  readonly sandboxes: RecordStore<SandboxRecord>;
  /** Folder of the namespaces' mounts: `<exec-root>/netns`. */
  readonly namespaceFolder: string;
  /** Namespaces kept ready. */
  readonly readyNamespaces: number;
  readonly stack: NetworkStack;
  readonly drivers: readonly NetworkDriver[];
  readonly ipam: readonly IpamDriver[];
  /** Null: containers have the host's resolv.conf, and no names for each other. */
  readonly resolver: Resolver | null;
  /** The host, too, is told names of containers, those of the default network included. */
  readonly namesForHost: boolean;
  readonly events: Pick<Events, 'publish'>;
  readonly defaultBridge: DefaultBridgeSettings;
  /** `default-network-opts` of the settings, by driver. */
  readonly defaultOptions: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly userlandProxy: boolean;
  /** See `publish-policy.ts`; `firewalled` needs the userland proxy. */
  readonly publishPolicy: PublishPolicy;
  /** The host answers on IPv6 addresses. */
  readonly hostIPv6: boolean;
  /** `/proc/sys/net/ipv4/ip_local_port_range`. */
  readonly dynamicPorts: readonly [number, number];
  readonly probe: PortProbe;
  /** Unix nanoseconds as RFC 3339. */
  readonly now: () => string;
  readonly warn: (message: string, error?: unknown) => void;
}

/** The driver for which namespaces are made ready. */
const preparing = 'bridge';

export const newId = (): string => randomBytes(32).toString('hex');

/** An endpoint and whose it is. */
export interface Placed {
  readonly sandbox: SandboxRecord;
  readonly endpoint: EndpointRecord;
}

export class NetworkState implements Known {
  readonly options: NetworkServiceOptions;
  readonly networks = new Map<string, NetworkRecord>();
  /** By container. */
  readonly sandboxes = new Map<string, SandboxRecord>();
  readonly drivers: ReadonlyMap<string, NetworkDriver>;
  readonly ipam: ReadonlyMap<string, IpamDriver>;
  readonly namespaces: Namespaces;
  readonly ports: PortTable;
  /** One thing at a time for a container. */
  readonly locks = new KeyedLocks();
  /** Networks are made one after the other, as each looks at what the others took. */
  readonly making = new Lock();
  /** By container: what makes its published ports work, until somebody asks for it. */
  readonly unpublished = new Map<string, () => Promise<void>>();
  /** Leaves whose answer was given while work went on, by container. */
  readonly leaving = new Map<string, Promise<void>>();
  /**
   * Containers whose resolver is open. It stays so as long as they run, also where they leave the last network with
   * names: opening it anew costs some 20 ms, since the kernel waits for the old way to it to be gone.
   */
  readonly resolving = new Set<string>();
  /** How many joins and connects under way need a network. */
  readonly #needed = new Map<string, number>();

  constructor(options: NetworkServiceOptions) {
    this.options = options;
    this.drivers = new Map(options.drivers.map((driver) => [driver.name, driver]));
    this.ipam = new Map(options.ipam.map((driver) => [driver.name, driver]));
    this.ports = new PortTable(options.dynamicPorts);
    const { stack, namespaceFolder: folder, readyNamespaces: ready, warn } = options;
    const prepare = async ({ endpoint, path }: Namespace): Promise<void> => {
      const driver = this.drivers.get(preparing);
      if (driver?.prepare === undefined) await stack.run([{ do: 'add-namespace', path }]);
      else await driver.prepare(endpoint, path);
    };
    this.namespaces = new Namespaces({ stack, folder, ready, newId, warn, prepare });
  }

  get policy(): PublishPolicy {
    return this.options.publishPolicy;
  }

  get publishing(): PublishOptions {
    const { userlandProxy, hostIPv6, probe } = this.options;
    return { userlandProxy, hostIPv6, probe, policy: this.policy, table: this.ports };
  }

  /** A namespace for a container whose first network this is. */
  namespaceFor(network: NetworkRecord | undefined): Promise<Namespace> {
    return network?.driver === preparing ? this.namespaces.take() : this.namespaces.bare();
  }

  driver({ name, driver }: NetworkRecord): NetworkDriver {
    const found = this.drivers.get(driver);
    if (found === undefined) throw internal(`network ${name}: there is no driver ${driver}`);
    return found;
  }

  pools({ name, ipam }: NetworkRecord): IpamDriver {
    const found = this.ipam.get(ipam.driver);
    if (found === undefined) throw internal(`network ${name}: there is no driver ${ipam.driver}`);
    return found;
  }

  /** True where the endpoint is an interface. */
  attaches({ network }: EndpointRecord): boolean {
    const record = this.networks.get(network);
    return record !== undefined && this.driver(record).attaches;
  }

  /** What the keeper listens to for a container. */
  proxies({ bindings, endpoints }: SandboxRecord): ProxySpec[] {
    if (bindings.length === 0 || !this.options.userlandProxy) return [];
    return proxiesOf(bindings, entrances(endpoints, this));
  }

  endpointsIn(id: string): Placed[] {
    return [...this.sandboxes.values()].flatMap((sandbox) =>
      sandbox.endpoints.filter(({ network }) => network === id).map((endpoint) => ({ sandbox, endpoint })),
    );
  }

  inUse(id: string): boolean {
    return this.#needed.has(id) || this.endpointsIn(id).length > 0;
  }

  /** Holds the networks while `work` runs: none of them can be removed. */
  async needing<T>(
    requests: readonly EndpointRequest[],
    work: (networks: readonly NetworkRecord[]) => Promise<T>,
  ): Promise<T> {
    const networks = requests.map(({ network }) => findNetwork(this.networks, network));
    if (networks.some(({ configOnly }) => configOnly)) {
      throw forbidden('cannot create endpoint on configuration-only network');
    }
    for (const { id } of networks) this.#needed.set(id, (this.#needed.get(id) ?? 0) + 1);
    try {
      return await work(networks);
    } finally {
      for (const { id } of networks) {
        const count = (this.#needed.get(id) ?? 1) - 1;
        if (count === 0) this.#needed.delete(id);
        else this.#needed.set(id, count);
      }
    }
  }

  /** Resolves when everything that ended containers had is given back. */
  async settled(): Promise<void> {
    await Promise.all(this.leaving.values());
  }

  /** Tells of what went wrong while something else failed already. */
  warner(message: string): (error: unknown) => void {
    return (error) => this.options.warn(message, error);
  }

  announce(action: 'create' | 'destroy' | 'update', { id, name, driver }: NetworkRecord): void {
    this.options.events.publish({ type: 'network', action, id, attributes: { name, type: driver } });
  }

  announceEndpoint(action: 'connect' | 'disconnect', id: string, container: string): void {
    const network = this.networks.get(id);
    if (network === undefined) return;
    const { name, driver: type } = network;
    this.options.events.publish({ type: 'network', action, id, attributes: { container, name, type } });
  }
}
