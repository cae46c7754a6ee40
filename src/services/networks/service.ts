import { randomBytes } from 'node:crypto';
import type { Resolver } from '../../drivers/dns/contract.ts';
import type { IpamDriver } from '../../drivers/ipam/contract.ts';
import type { NetworkDriver } from '../../drivers/network/contract.ts';
import type { RecordStore } from '../../drivers/state/contract.ts';
import { conflict, forbidden, internal, invalid, messageOf } from '../../errors/minke-error.ts';
import type { NetworkStack } from '../../host/netns/contract.ts';
import { Lock } from '../../kit/lock/lock.ts';
import type { EndpointSettings, Network, NetworkSummary } from '../../wire/generated/engine-api.ts';
import type { ProxySpec } from '../../wire/keeper.ts';
import type { Events } from '../events/contract.ts';
import type {
  EndpointRequest,
  Filters,
  InterfaceCounters,
  JoinRequest,
  NetworkCreate,
  Networks,
  Sandbox,
} from './contract.ts';
import type { DefaultBridgeSettings } from './default-bridge.ts';
import { draftNetwork } from './draft.ts';
import { checkEndpointRequest, giveEndpoint, takeEndpoint } from './endpoint.ts';
import { entrances, factsOfEndpoint, factsOfNetwork, type Linked } from './entrance.ts';
import { findNetwork } from './find.ts';
import { KeyedLocks } from './keyed-locks.ts';
import { matchesNetwork, mayBePruned } from './match.ts';
import { nameView, wantsResolver } from './names.ts';
import { type Namespace, Namespaces } from './namespaces.ts';
import { PortTable } from './ports.ts';
import { givePorts, type PortProbe, type PublishOptions, proxiesOf, takePorts } from './publish.ts';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from './records.ts';
import { restoreNetworks } from './restore.ts';
import { showSandbox } from './sandbox.ts';
import { showEndpoint, showNetwork } from './show.ts';
import { giveSubnets, takeSubnets } from './subnets.ts';

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
  /** Servers of the host's resolv.conf, now. */
  readonly hostNameservers: () => readonly string[];
  readonly events: Pick<Events, 'publish'>;
  readonly defaultBridge: DefaultBridgeSettings;
  /** `default-network-opts` of the settings, by driver. */
  readonly defaultOptions: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly userlandProxy: boolean;
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

/** What a start asks for. */
interface Wanted {
  readonly draft: SandboxRecord;
  readonly request: JoinRequest;
  readonly networks: readonly NetworkRecord[];
  /** Id of the first endpoint. */
  readonly first: string;
}

const newId = (): string => randomBytes(32).toString('hex');

export class NetworkService implements Networks {
  readonly #options: NetworkServiceOptions;
  readonly #networks = new Map<string, NetworkRecord>();
  readonly #sandboxes = new Map<string, SandboxRecord>();
  readonly #drivers: ReadonlyMap<string, NetworkDriver>;
  readonly #ipam: ReadonlyMap<string, IpamDriver>;
  readonly #namespaces: Namespaces;
  readonly #ports: PortTable;
  readonly #locks = new KeyedLocks();
  /** Networks are made one after the other, as each looks at what the others took. */
  readonly #making = new Lock();
  /** How many joins and connects under way need a network. */
  readonly #needed = new Map<string, number>();
  /** By container, while ports are being published or could not be. */
  readonly #published = new Map<string, Promise<void>>();
  /** Leaves whose answer was given while work went on. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(options: NetworkServiceOptions) {
    this.#options = options;
    this.#drivers = new Map(options.drivers.map((driver) => [driver.name, driver]));
    this.#ipam = new Map(options.ipam.map((driver) => [driver.name, driver]));
    this.#ports = new PortTable(options.dynamicPorts);
    const { stack, namespaceFolder: folder, readyNamespaces: ready, warn } = options;
    const prepare = async ({ endpoint, path }: Namespace): Promise<void> => {
      await this.#drivers.get(preparing)?.prepare(endpoint, path);
    };
    this.#namespaces = new Namespaces({ stack, folder, ready, newId, warn, prepare });
  }

  create(request: NetworkCreate): Promise<{ Id: string; Warning: string }> {
    return this.#making.run(async () => {
      await this.#settled();
      const around = {
        networks: this.#networks,
        drivers: this.#drivers,
        ipam: this.#ipam,
        defaultOptions: this.#options.defaultOptions,
      };
      const draft = draftNetwork(request, around, { id: newId(), created: this.#options.now() });
      const record = draft.configOnly ? draft : await this.#open(draft);
      if (draft.configOnly) await this.#options.networks.put(record.id, record);
      this.#networks.set(record.id, record);
      this.#publish('create', record);
      return { Id: record.id, Warning: '' };
    });
  }

  async list(filters: Filters): Promise<NetworkSummary[]> {
    const inUse = this.#inUse();
    return [...this.#networks.values()]
      .filter((network) => matchesNetwork(network, filters, inUse.has(network.id)))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(showNetwork);
  }

  async inspect(reference: string, { scope }: { verbose: boolean; scope?: string }): Promise<Network> {
    const network = findNetwork(this.#networks, reference);
    if (scope !== undefined && scope !== '' && scope !== 'local') findNetwork(new Map(), reference);
    return showNetwork(network);
  }

  async remove(reference: string): Promise<void> {
    await this.#settled();
    const network = findNetwork(this.#networks, reference);
    const { name, id } = network;
    if (network.predefined) throw forbidden(`${name} is a pre-defined network and cannot be removed`);
    const users = [...this.#networks.values()].filter(
      ({ configFrom }) => network.configOnly && configFrom === name,
    );
    if (users.length > 0) {
      throw forbidden(`error while removing network: configuration network "${name}" is in use`);
    }
    const endpoints = this.#endpointsIn(id).map(
      ({ sandbox, endpoint }) => `name:"${sandbox.name}" id:"${endpoint.id.slice(0, 12)}"`,
    );
    if (endpoints.length > 0 || this.#needed.has(id)) {
      throw forbidden(
        `error while removing network: network ${name} has active endpoints (${endpoints.join(', ')})`,
      );
    }
    // From here on nobody can join it.
    this.#networks.delete(id);
    try {
      await this.#close(network);
    } catch (error) {
      this.#networks.set(id, network);
      throw error;
    }
    this.#publish('destroy', network);
  }

  async prune(filters: Filters): Promise<{ deleted: string[] }> {
    await this.#settled();
    const deleted: string[] = [];
    for (const network of [...this.#networks.values()]) {
      if (this.#inUse().has(network.id) || !mayBePruned(network, filters, this.#options.now())) continue;
      try {
        await this.remove(network.id);
        deleted.push(network.name);
      } catch (error) {
        this.#options.warn(`network ${network.name} can't be pruned`, error);
      }
    }
    return { deleted };
  }

  async resolve(reference: string): Promise<{ id: string; name: string; driver: string }> {
    const { id, name, driver } = findNetwork(this.#networks, reference);
    return { id, name, driver };
  }

  checkEndpoint(request: EndpointRequest): void {
    checkEndpointRequest(request, findNetwork(this.#networks, request.network));
  }

  join(request: JoinRequest): Promise<Sandbox> {
    const wishes = request.mode === 'none' ? [wishForNone] : request.endpoints;
    return this.#locks.run(request.container, async () => {
      if (this.#sandboxes.has(request.container)) {
        throw internal(`container ${request.container} has its networking already`);
      }
      return this.#needing(wishes, (networks) => this.#join({ ...request, endpoints: wishes }, networks));
    });
  }

  async published(container: string): Promise<void> {
    await this.#published.get(container);
  }

  async leave(container: string): Promise<void> {
    // What is under way for the container is waited for.
    if (this.#locks.busy(container)) await this.#locks.run(container, async () => {});
    const sandbox = this.#sandboxes.get(container);
    if (sandbox === undefined) return;
    this.#sandboxes.delete(container);
    for (const { network } of sandbox.endpoints) this.#publishEndpoint('disconnect', network, container);
    const left = this.#locks
      .run(container, () => this.#dismantle(sandbox))
      .catch((error: unknown) => {
        this.#options.warn(`networking of container ${container} can't be taken down`, error);
      })
      .finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  rename(container: string, name: string): Promise<void> {
    return this.#locks.run(container, async () => {
      const before = this.#sandboxes.get(container);
      if (before === undefined) return;
      const after = { ...before, name };
      this.#sandboxes.set(container, after);
      await this.#options.sandboxes.put(container, after);
    });
  }

  connect(container: string, _name: string, request: EndpointRequest): Promise<EndpointSettings> {
    return this.#locks.run(container, () =>
      this.#needing([request], async ([network]) => {
        const before = this.#sandboxes.get(container);
        if (before === undefined) throw conflict(`container ${container} is not running`);
        if (network === undefined) throw invalid('no network to connect to');
        return this.#connect(before, network, request);
      }),
    );
  }

  disconnect(container: string, reference: string): Promise<void> {
    return this.#locks.run(container, async () => {
      const network = findNetwork(this.#networks, reference);
      const before = this.#sandboxes.get(container);
      const endpoint = before?.endpoints.find((each) => each.network === network.id);
      if (before === undefined || endpoint === undefined) {
        throw internal(`container ${container} is not connected to network ${network.name}`);
      }
      await this.#disconnect(before, network, endpoint);
    });
  }

  async counters(container: string): Promise<Record<string, InterfaceCounters>> {
    const sandbox = this.#sandboxes.get(container);
    if (sandbox === undefined) return {};
    const { links } = await this.#options.stack.state(sandbox.namespace);
    const names = new Set(sandbox.endpoints.map(({ link }) => link));
    return Object.fromEntries(
      links
        .filter(({ name }) => names.has(name))
        .map(({ name, counters: c }) => [
          name,
          {
            rx_bytes: c.rxBytes,
            rx_packets: c.rxPackets,
            rx_errors: c.rxErrors,
            rx_dropped: c.rxDropped,
            tx_bytes: c.txBytes,
            tx_packets: c.txPackets,
            tx_errors: c.txErrors,
            tx_dropped: c.txDropped,
          },
        ]),
    );
  }

  async restore(running: ReadonlySet<string>): Promise<void> {
    const { options, ...rest } = { options: this.#options, drivers: this.#drivers, ipam: this.#ipam };
    const found = await restoreNetworks({ ...options, ...rest, ports: this.#ports, newId }, running);
    for (const network of found.networks) this.#networks.set(network.id, network);
    for (const sandbox of found.sandboxes) this.#sandboxes.set(sandbox.container, sandbox);
    for (const sandbox of found.sandboxes) {
      await this.#resolve(sandbox, new Undo()).catch((error: unknown) => {
        this.#options.warn(`container ${sandbox.name} has no name resolution`, error);
      });
    }
    await this.#namespaces.settle();
  }

  sandbox(container: string): Sandbox | null {
    const record = this.#sandboxes.get(container);
    return record === undefined ? null : this.#show(record);
  }

  proxies(container: string): readonly ProxySpec[] {
    const record = this.#sandboxes.get(container);
    if (record === undefined || !this.#options.userlandProxy) return [];
    return proxiesOf(record.bindings, entrances(record.endpoints, this.#known));
  }

  async close(): Promise<void> {
    await this.#settled();
    await this.#namespaces.close();
    for (const driver of this.#drivers.values()) await driver.shutdown();
    this.#options.resolver?.shutdown();
    await this.#options.networks.settled();
    await this.#options.sandboxes.settled();
  }

  get #known() {
    return { networks: this.#networks, drivers: this.#drivers };
  }

  get #publishing(): PublishOptions {
    const { userlandProxy, hostIPv6, probe } = this.#options;
    return { userlandProxy, hostIPv6, probe, table: this.#ports };
  }

  async #settled(): Promise<void> {
    await Promise.all(this.#leaving);
  }

  #driver(network: NetworkRecord): NetworkDriver {
    const driver = this.#drivers.get(network.driver);
    if (driver === undefined) throw internal(`network ${network.name}: there is no driver ${network.driver}`);
    return driver;
  }

  #pools(network: NetworkRecord): IpamDriver {
    const ipam = this.#ipam.get(network.ipam.driver);
    if (ipam === undefined)
      throw internal(`network ${network.name}: there is no driver ${network.ipam.driver}`);
    return ipam;
  }

  async #open(draft: NetworkRecord): Promise<NetworkRecord> {
    const driver = this.#driver(draft);
    const ipam = this.#pools(draft);
    const others = [...this.#networks.values()]
      .filter((other) => other.driver === draft.driver && !other.configOnly)
      .map(factsOfNetwork);
    // Before anything is taken: options are read here too.
    driver.check(factsOfNetwork(draft), others);
    const subnets = await takeSubnets(ipam, draft, await this.#hostSubnets());
    const record = { ...draft, subnets };
    try {
      driver.check(factsOfNetwork(record), others);
      await this.#options.networks.put(record.id, record);
      await driver.open(factsOfNetwork(record));
      return record;
    } catch (error) {
      await this.#options.networks.delete(record.id);
      await giveSubnets(ipam, subnets);
      throw error;
    }
  }

  async #close(network: NetworkRecord): Promise<void> {
    if (!network.configOnly) {
      await this.#driver(network).close(factsOfNetwork(network));
      await giveSubnets(this.#pools(network), network.subnets);
    }
    await this.#options.networks.delete(network.id);
  }

  /** What the host can reach without a gateway: no pool is picked there. */
  async #hostSubnets(): Promise<string[]> {
    const { routes } = await this.#options.stack.state(null);
    return routes.map(({ to }) => to).filter((to) => !to.endsWith('/0') && !to.startsWith('fe80:'));
  }

  /** Holds the networks while `work` runs: none of them can be removed. */
  async #needing<T>(
    requests: readonly EndpointRequest[],
    work: (networks: readonly NetworkRecord[]) => Promise<T>,
  ): Promise<T> {
    const networks = requests.map(({ network }) => findNetwork(this.#networks, network));
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

  async #join(request: JoinRequest, networks: readonly NetworkRecord[]): Promise<Sandbox> {
    const usual = networks[0]?.driver === preparing;
    const namespace = await (usual ? this.#namespaces.take() : this.#namespaces.bare());
    const draft: SandboxRecord = {
      id: namespace.id,
      container: request.container,
      name: request.name,
      hostname: request.hostname,
      namespace: namespace.path,
      withoutIPv6: request.sysctls['net.ipv6.conf.all.disable_ipv6'] === '1',
      endpoints: [],
      dns: [...(request.dns ?? [])],
      exposed: request.exposed.map(({ proto, port }) => ({ proto, port })),
      requested: request.ports.map((port) => ({ ...port })),
      bindings: [],
    };
    const undo = new Undo();
    undo.push(async () => this.#namespaces.give(namespace.path));
    let record = draft;
    try {
      record = await this.#allocate({ draft, request, networks, first: namespace.endpoint }, undo);
      // Facts are read from what is registered; the record is on disk before the kernel is touched.
      this.#sandboxes.set(record.container, record);
      undo.push(async () => {
        this.#sandboxes.delete(request.container);
        await this.#options.sandboxes.delete(request.container);
      });
      await this.#options.sandboxes.put(record.container, record);
      const publishing: Promise<void>[] = [];
      for (const endpoint of record.endpoints) {
        publishing.push((await this.#attach(record, endpoint, undo)).published);
      }
      await this.#resolve(record, undo);
      const published = Promise.all(publishing).then(() => {});
      if (request.publishLater) this.#keepPublished(record.container, published);
      else await published;
    } catch (error) {
      await undo.run((failure) => this.#options.warn('undoing a failed start', failure));
      throw error;
    }
    for (const { network } of record.endpoints) this.#publishEndpoint('connect', network, record.container);
    return this.#show(record);
  }

  /** Addresses and ports. Where none is left, leaves under way may still bring some. */
  async #allocate(wanted: Wanted, undo: Undo): Promise<SandboxRecord> {
    const mark = undo.length;
    try {
      return await this.#allocateNow(wanted, undo);
    } catch (error) {
      if (this.#leaving.size === 0) throw error;
      await undo.run((failure) => this.#options.warn('undoing an allocation', failure), mark);
      await this.#settled();
      return this.#allocateNow(wanted, undo);
    }
  }

  async #allocateNow({ draft, request, networks, first }: Wanted, undo: Undo): Promise<SandboxRecord> {
    const endpoints: EndpointRecord[] = [];
    for (const [index, network] of networks.entries()) {
      const wish = request.endpoints[index];
      if (wish === undefined) continue;
      const id = index === 0 ? first : newId();
      endpoints.push(
        await this.#allocateEndpoint(network, wish, { id, others: endpoints, sandbox: draft }, undo),
      );
    }
    const record = { ...draft, endpoints };
    const ways = entrances(endpoints, this.#known);
    const bindings = await takePorts(request.ports, ways, request.name, this.#publishing);
    undo.push(async () => givePorts(bindings, this.#ports));
    return { ...record, bindings };
  }

  async #allocateEndpoint(
    network: NetworkRecord,
    wish: EndpointRequest,
    { id, others, sandbox }: { id: string; others: readonly EndpointRecord[]; sandbox: SandboxRecord },
    undo: Undo,
  ): Promise<EndpointRecord> {
    const driver = this.#driver(network);
    const ipam = this.#pools(network);
    const endpoint = await takeEndpoint(ipam, network, wish, {
      id,
      attaches: driver.attaches,
      linkPrefix: driver.linkPrefix(factsOfNetwork(network)),
      takenLinks: others.map(({ link }) => link),
      withoutIPv6: sandbox.withoutIPv6,
    });
    undo.push(() => giveEndpoint(ipam, network, endpoint));
    return endpoint;
  }

  /** Answers when the interface works; what it answers with, when its ports do. */
  async #attach(
    sandbox: SandboxRecord,
    endpoint: EndpointRecord,
    undo: Undo,
  ): Promise<{ readonly published: Promise<void> }> {
    const network = this.#networks.get(endpoint.network);
    if (network === undefined) throw internal(`network ${endpoint.network} has gone`);
    const driver = this.#driver(network);
    if (!driver.attaches) return { published: Promise.resolve() };
    const links = this.#links(sandbox, endpoint);
    const facts = factsOfEndpoint(endpoint, sandbox, this.#known, links);
    const { published } = await driver.attach(facts, sandbox.namespace);
    undo.push(() => driver.detach(endpoint.id, { namespace: sandbox.namespace, keep: true }));
    return { published };
  }

  async #resolve(sandbox: SandboxRecord, undo: Undo): Promise<void> {
    const { resolver, hostNameservers } = this.#options;
    const { container, namespace } = sandbox;
    if (resolver === null || !wantsResolver(sandbox, this.#known)) return;
    const around = { ...this.#known, sandboxes: this.#sandboxes, hostNameservers };
    undo.push(async () => resolver.close(container));
    await resolver.open(container, namespace, nameView(container, around));
  }

  #keepPublished(container: string, published: Promise<void>): void {
    this.#published.set(container, published);
    const forget = (): void => {
      if (this.#published.get(container) === published) this.#published.delete(container);
    };
    // A failure is kept for whoever asks.
    published.then(forget, (error: unknown) => {
      this.#options.warn(`ports of container ${container} can't be published`, error);
    });
  }

  async #dismantle(sandbox: SandboxRecord): Promise<void> {
    // An open socket would keep the namespace alive.
    this.#options.resolver?.close(sandbox.container);
    this.#published.delete(sandbox.container);
    await Promise.all(
      sandbox.endpoints.map(async (endpoint) => {
        const network = this.#networks.get(endpoint.network);
        if (network === undefined) return;
        const options = { namespace: sandbox.namespace, keep: false };
        await this.#driver(network).detach(endpoint.id, options);
        await giveEndpoint(this.#pools(network), network, endpoint);
      }),
    );
    givePorts(sandbox.bindings, this.#ports);
    this.#namespaces.give(sandbox.namespace);
    await this.#options.sandboxes.delete(sandbox.container);
  }

  async #connect(
    before: SandboxRecord,
    network: NetworkRecord,
    wish: EndpointRequest,
  ): Promise<EndpointSettings> {
    const { container, name } = before;
    if (before.endpoints.some((endpoint) => endpoint.network === network.id)) {
      throw forbidden(`endpoint with name ${name} already exists in network ${network.name}`);
    }
    if (!this.#driver(network).attaches) throw invalid(unattachable(network));
    if (!before.endpoints.every((endpoint) => this.#attaches(endpoint))) throw invalid(privateMode);
    checkEndpointRequest(wish, network);
    const undo = new Undo();
    try {
      const place = { id: newId(), others: before.endpoints, sandbox: before };
      const endpoint = await this.#allocateEndpoint(network, wish, place, undo);
      const after = await this.#withPorts({ ...before, endpoints: [...before.endpoints, endpoint] }, undo);
      await this.#replace(before, after, undo);
      const { published } = await this.#attach(after, endpoint, undo);
      await published;
      if (!wantsResolver(before, this.#known)) await this.#resolve(after, undo);
      await this.#restate(before, after, undo);
      this.#publishEndpoint('connect', network.id, container);
      return showEndpoint(endpoint, network, after);
    } catch (error) {
      await undo.run((failure) => this.#options.warn('undoing a failed connect', failure));
      throw error;
    }
  }

  async #disconnect(before: SandboxRecord, network: NetworkRecord, endpoint: EndpointRecord): Promise<void> {
    const undo = new Undo();
    const endpoints = before.endpoints.filter(({ id }) => id !== endpoint.id);
    const after = await this.#withPorts({ ...before, endpoints }, undo);
    await this.#replace(before, after, undo);
    await this.#driver(network).detach(endpoint.id, { namespace: before.namespace, keep: true });
    await giveEndpoint(this.#pools(network), network, endpoint);
    await this.#restate(before, after, undo);
    this.#publishEndpoint('disconnect', network.id, before.container);
  }

  /** Published ports follow the entrance: they are kept where it stays published, taken where it starts to be. */
  async #withPorts(sandbox: SandboxRecord, undo: Undo): Promise<SandboxRecord> {
    const ways = entrances(sandbox.endpoints, this.#known);
    if (ways.ipv4 === null && ways.ipv6 === null) return { ...sandbox, bindings: [] };
    if (sandbox.bindings.length > 0 || sandbox.requested.length === 0) return sandbox;
    const bindings = await takePorts(sandbox.requested, ways, sandbox.name, this.#publishing);
    undo.push(async () => givePorts(bindings, this.#ports));
    return { ...sandbox, bindings };
  }

  async #replace(before: SandboxRecord, after: SandboxRecord, undo: Undo): Promise<void> {
    this.#sandboxes.set(after.container, after);
    undo.push(async () => {
      this.#sandboxes.set(before.container, before);
      await this.#options.sandboxes.put(before.container, before);
    });
    await this.#options.sandboxes.put(after.container, after);
  }

  /** Routes and ports of the endpoints that both have. */
  async #restate(before: SandboxRecord, after: SandboxRecord, undo: Undo): Promise<void> {
    const state = async (sandbox: SandboxRecord): Promise<void> => {
      for (const endpoint of sandbox.endpoints) {
        if (!before.endpoints.includes(endpoint) || !after.endpoints.includes(endpoint)) continue;
        const network = this.#networks.get(endpoint.network);
        if (network === undefined || !this.#attaches(endpoint)) continue;
        const facts = factsOfEndpoint(endpoint, sandbox, this.#known, this.#links(sandbox, endpoint));
        await this.#driver(network).update(facts, sandbox.namespace);
      }
    };
    undo.push(() => state(before));
    await state(after);
    if (after.bindings.length === 0) givePorts(before.bindings, this.#ports);
  }

  #attaches({ network }: EndpointRecord): boolean {
    const record = this.#networks.get(network);
    return record !== undefined && this.#driver(record).attaches;
  }

  /** Old-style links (default network): the other container must run in the same network. */
  #links(sandbox: SandboxRecord, endpoint: EndpointRecord): Linked[] {
    const network = this.#networks.get(endpoint.network);
    if (network === undefined || !network.predefined) return [];
    return endpoint.links.map((text) => {
      const colon = text.indexOf(':');
      const target = colon === -1 ? text : text.slice(0, colon);
      const alias = colon === -1 ? target : text.slice(colon + 1);
      const wanted = target.replace(/^\//, '');
      for (const other of this.#endpointsIn(network.id)) {
        const { name, container } = other.sandbox;
        if (container === wanted || name === wanted || container.startsWith(wanted))
          return { alias, ...other };
      }
      throw conflict(`Cannot link to a non running container: /${wanted} AS /${sandbox.name}/${alias}`);
    });
  }

  #show(record: SandboxRecord): Sandbox {
    const linked = record.endpoints.flatMap((endpoint) => {
      try {
        return this.#links(record, endpoint);
      } catch (error) {
        this.#options.warn(`container ${record.name}: ${messageOf(error)}`);
        return [];
      }
    });
    const { userlandProxy, resolver } = this.#options;
    return showSandbox(record, this.#known, linked, { userlandProxy, resolver: resolver?.address ?? null });
  }

  #endpointsIn(id: string): { sandbox: SandboxRecord; endpoint: EndpointRecord }[] {
    return [...this.#sandboxes.values()].flatMap((sandbox) =>
      sandbox.endpoints.filter(({ network }) => network === id).map((endpoint) => ({ sandbox, endpoint })),
    );
  }

  #inUse(): Set<string> {
    const used = [...this.#sandboxes.values()].flatMap(({ endpoints }) =>
      endpoints.map(({ network }) => network),
    );
    return new Set([...used, ...this.#needed.keys()]);
  }

  #publish(action: string, { id, name, driver }: NetworkRecord): void {
    this.#options.events.publish({ type: 'network', action, id, attributes: { name, type: driver } });
  }

  #publishEndpoint(action: 'connect' | 'disconnect', id: string, container: string): void {
    const network = this.#networks.get(id);
    if (network === undefined) return;
    const { name, driver: type } = network;
    this.#options.events.publish({ type: 'network', action, id, attributes: { container, name, type } });
  }
}

const privateMode =
  'container cannot be connected to multiple networks with one of the networks in private (none) mode';

const unattachable = ({ driver }: NetworkRecord): string =>
  driver === 'host'
    ? 'cannot connect container to host network - container must be created in host network mode'
    : privateMode;

const wishForNone: EndpointRequest = {
  network: 'none',
  aliases: [],
  links: [],
  driverOpts: {},
  gwPriority: 0,
};

/** What has to be undone, newest first. */
class Undo {
  readonly #steps: (() => Promise<void>)[] = [];

  get length(): number {
    return this.#steps.length;
  }

  push(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  async run(failed: (error: unknown) => void, downTo = 0): Promise<void> {
    while (this.#steps.length > downTo) await this.#steps.pop()?.().catch(failed);
  }
}
