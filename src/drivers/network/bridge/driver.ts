import { forbidden, internal, invalid, messageOf } from '../../../errors/minke-error.ts';
import type { NetworkStack, Step } from '../../../host/netns/contract.ts';
import type {
  Attached,
  EndpointFacts,
  Gateways,
  GoneEndpoint,
  NetworkDriver,
  NetworkFacts,
  Publishing,
} from '../contract.ts';
import { routeSteps } from '../endpoint/steps.ts';
import { readSysctls } from '../endpoint/sysctls.ts';
import type { BridgeFilter, RuleInput } from './filter/contract.ts';
import { filterBridged, forwardPackets } from './host-settings.ts';
import { type BridgeNetwork, readBridge } from './options.ts';
import { attachSteps, closeSteps, openSteps, portName, prepared, prepareSteps, strayPorts } from './steps.ts';
import { RuleWatch } from './watch.ts';

export interface BridgeOptions {
  readonly stack: NetworkStack;
  /** Null: `--iptables=false`; no rule is made, so nothing is published but by the userland proxy. */
  readonly filter: BridgeFilter | null;
  /** Those that an earlier start may have used instead. */
  readonly otherFilters: readonly BridgeFilter[];
  readonly userlandProxy: boolean;
  readonly allowDirectRouting: boolean;
  /** `--ip-forward`: forwarding is switched on where it is off. */
  readonly ipForward: boolean;
  /** `--ip-forward-no-drop`: the policy of FORWARD then stays as it is. */
  readonly ipForwardNoDrop: boolean;
  /** Bridges that the administrator made: used as they are, never taken away. */
  readonly foreignBridges: ReadonlySet<string>;
  readonly warn: (message: string, error?: unknown) => void;
}

/** Linux bridges, a veth pair an endpoint, rules of the packet filter. */
export class BridgeDriver implements NetworkDriver {
  readonly name = 'bridge';
  readonly single = false;
  readonly attaches = true;
  readonly ownMac = true;
  readonly #options: BridgeOptions;
  readonly #networks = new Map<string, BridgeNetwork>();
  readonly #endpoints = new Map<string, EndpointFacts>();
  /** Ids of endpoints to come whose pair is made already. */
  readonly #prepared = new Set<string>();

  /** Ids of endpoints that are attached and whose rules have not been stated yet. */
  readonly #unpublished = new Set<string>();

  /** Null where no rules are made. */
  readonly #watch: RuleWatch | null;

  constructor(options: BridgeOptions) {
    this.#options = options;
    const { stack, filter, warn } = options;
    if (filter === null) {
      this.#watch = null;
      return;
    }
    this.#watch = new RuleWatch({
      generation: async () => (filter.counted ? stack.filterGeneration() : null),
      repair: () => filter.repair(this.#input(), []),
      stating: () => this.#unpublished.size > 0,
      warn,
    });
  }

  get #bridges(): Set<string> {
    return new Set([...this.#networks.values()].map(({ bridge }) => bridge));
  }

  check(network: NetworkFacts, others: readonly NetworkFacts[]): void {
    const wanted = readBridge(network);
    for (const version of [4, 6] as const) {
      if (network.subnets.filter((subnet) => subnet.version === version).length > 1) {
        throw invalid("bridge driver doesn't support multiple subnets");
      }
    }
    const clash = others.map(readBridge).find(({ bridge }) => bridge === wanted.bridge);
    if (clash !== undefined) {
      const [own, other] = [`${wanted.id} (${wanted.bridge})`, `${clash.id} (${clash.bridge})`];
      throw forbidden(
        `cannot create network ${own}: conflicts with network ${other}: networks have same bridge name`,
      );
    }
  }

  checkOptions(options: EndpointFacts['options']): void {
    readSysctls(options);
  }

  publishing(network: NetworkFacts): Publishing {
    const { mode, internal: closed, hostBinding: hostIp } = readBridge(network);
    const way = (version: 4 | 6): Publishing['ipv4'] => {
      if (closed) return 'none';
      return mode[version] === 'routed' ? 'routed' : 'nat';
    };
    return { ipv4: way(4), ipv6: way(6), hostIp, shown: true };
  }

  gateways(network: NetworkFacts): Gateways {
    const { mode, inhibited, internal: closed } = readBridge(network);
    return { ipv4: mode[4] !== 'isolated' && !(inhibited && closed), ipv6: mode[6] !== 'isolated' };
  }

  linkPrefix(network: NetworkFacts): string {
    return readBridge(network).linkPrefix;
  }

  async found(network: NetworkFacts): Promise<readonly string[]> {
    const { bridge } = readBridge(network);
    const { links } = await this.#options.stack.state(null);
    return links.find(({ name }) => name === bridge)?.addresses ?? [];
  }

  async open(facts: NetworkFacts): Promise<void> {
    const network = readBridge(facts);
    await this.#bridge(network);
    this.#networks.set(network.id, network);
    try {
      await forwardPackets(this.#options, this.#networks.values());
      await this.#state();
    } catch (error) {
      await this.close(facts).catch(() => {});
      throw error;
    }
  }

  hostLink(endpoint: string): string {
    return portName(endpoint);
  }

  /** The MTU, so far. */
  async edit(
    facts: NetworkFacts,
    endpoints: readonly { readonly id: string; readonly link: string; readonly namespace: string }[],
  ): Promise<void> {
    const network = readBridge(facts);
    const { mtu, bridge } = network;
    this.#networks.set(network.id, network);
    await this.#options.stack.run([
      ...endpoints.flatMap(({ id, link, namespace }): Step[] => [
        { do: 'set-link', namespace: null, name: portName(id), mtu },
        { do: 'set-link', namespace, name: link, mtu },
      ]),
      { do: 'set-link', namespace: null, name: bridge, mtu },
    ]);
  }

  async close({ id, ...rest }: NetworkFacts): Promise<void> {
    const network = this.#networks.get(id) ?? readBridge({ id, ...rest });
    this.#networks.delete(id);
    const { stack, foreignBridges } = this.#options;
    const links = network.named ? (await stack.state(null)).links : [];
    const foreign = foreignBridges.has(network.bridge);
    // Both at once: neither needs the other, and the kernel waits for its readers in each.
    await Promise.all([this.#state(), foreign ? undefined : stack.run(closeSteps(network, links))]);
  }

  async prepare(endpoint: string, namespace: string): Promise<void> {
    await this.#options.stack.run(prepareSteps(endpoint, namespace));
    this.#prepared.add(endpoint);
  }

  async attach(endpoint: EndpointFacts, namespace: string): Promise<Attached> {
    const network = this.#network(endpoint);
    const made = this.#prepared.delete(endpoint.id);
    const ready = made && endpoint.link === prepared.link;
    const hairpin = !this.#options.userlandProxy;
    const steps = [
      ...(made && !ready ? [dropPrepared(endpoint.id)] : []),
      ...attachSteps(network, endpoint, namespace, { hairpin, prepared: ready }),
    ];
    this.#endpoints.set(endpoint.id, endpoint);
    if (hasRules(endpoint)) this.#unpublished.add(endpoint.id);
    const { stack } = this.#options;
    try {
      await stack.run(steps).catch(async (error: unknown) => {
        if (!(await this.#remade(network))) throw error;
        await stack.run([dropPrepared(endpoint.id)]);
        await stack.run(attachSteps(network, endpoint, namespace, { hairpin, prepared: false }));
      });
    } catch (error) {
      await this.detach(endpoint.id, { namespace, keep: true }).catch(() => {});
      throw error;
    }
    return { publish: () => this.#publish(endpoint) };
  }

  async #publish(endpoint: EndpointFacts): Promise<void> {
    if (!hasRules(endpoint)) return;
    await this.#state();
    this.#unpublished.delete(endpoint.id);
  }

  /** A bridge of ours that somebody took away is made again. Answers whether that was so. */
  async #remade(network: BridgeNetwork): Promise<boolean> {
    const { links } = await this.#options.stack.state(null);
    if (links.some(({ name }) => name === network.bridge)) return false;
    await this.#bridge(network);
    return true;
  }

  async update(endpoint: EndpointFacts, namespace: string): Promise<void> {
    const before = this.#endpoints.get(endpoint.id);
    if (before === undefined) throw internal(`endpoint ${endpoint.id} is not attached`);
    this.#endpoints.set(endpoint.id, endpoint);
    await Promise.all([
      this.#options.stack.run(routeSteps(before, endpoint, namespace)),
      hasRules(before) || hasRules(endpoint) ? this.#state() : undefined,
    ]);
  }

  async detach(id: string, { keep }: { readonly namespace: string; readonly keep: boolean }): Promise<void> {
    const endpoint = this.#endpoints.get(id);
    this.#endpoints.delete(id);
    this.#unpublished.delete(id);
    const name = portName(id);
    const steps: Step[] = keep
      ? [{ do: 'delete-link', namespace: null, name }]
      : [{ do: 'detach-port', name }];
    await Promise.all([
      this.#options.stack.run(steps),
      endpoint !== undefined && hasRules(endpoint) ? this.#state() : undefined,
    ]);
  }

  async restore(
    networks: readonly NetworkFacts[],
    { running, gone }: { readonly running: readonly EndpointFacts[]; readonly gone: readonly GoneEndpoint[] },
  ): Promise<{ warnings: readonly string[] }> {
    const { stack, filter } = this.#options;
    const warnings: string[] = [];
    for (const facts of networks) {
      const network = readBridge(facts);
      this.#networks.set(network.id, network);
      await this.#bridge(network).catch((error: unknown) => {
        warnings.push(`network ${network.name}: bridge ${network.bridge} can't be made: ${messageOf(error)}`);
      });
    }
    for (const endpoint of running) this.#endpoints.set(endpoint.id, endpoint);
    const bridges = this.#bridges;
    const ports = {
      known: new Set(running.map(({ id }) => portName(id))),
      gone: new Set(gone.map(({ facts: { id } }) => portName(id))),
    };
    await stack.run(strayPorts(await stack.state(null), bridges, ports));
    const left = gone.map(({ facts }) => facts);
    // The rules first: between two filters nothing may pass that neither lets pass.
    await filter?.repair(this.#input(), left);
    await forwardPackets(this.#options, this.#networks.values());
    await this.#succeed(left);
    this.#watch?.start();
    return { warnings };
  }

  /** Takes out what an earlier start stated by another filter. */
  async #succeed(gone: readonly EndpointFacts[]): Promise<void> {
    const { filter, otherFilters, warn } = this.#options;
    if (filter === null) return;
    for (const other of otherFilters) {
      try {
        const dropped = await other.clear(this.#input(gone));
        for (const version of dropped) await filter.dropForwarded(version);
      } catch (error) {
        warn('packet filter: rules of an earlier start may be left', error);
      }
    }
  }

  async shutdown(): Promise<void> {
    await this.#watch?.stop();
  }

  #network(endpoint: EndpointFacts): BridgeNetwork {
    const network = this.#networks.get(endpoint.network);
    if (network === undefined) throw internal(`network ${endpoint.network} is not open`);
    return network;
  }

  async #bridge(network: BridgeNetwork): Promise<void> {
    const { stack, filter, userlandProxy, foreignBridges } = this.#options;
    const there = (await stack.state(null)).links.find(({ name }) => name === network.bridge);
    if (there !== undefined && there.kind !== 'bridge') {
      throw invalid(`existing interface ${network.bridge} is not a bridge`);
    }
    if (there === undefined && foreignBridges.has(network.bridge)) {
      throw invalid(`bridge device ${network.bridge} does not exist`);
    }
    const foreign = foreignBridges.has(network.bridge);
    try {
      await stack.run(openSteps(network, there, { userlandProxy, foreign }));
      const bridged = filter !== null && (!network.icc || !userlandProxy);
      if (bridged) await filterBridged(stack, network);
    } catch (error) {
      if (there === undefined) await stack.run([dropLink(network.bridge)]).catch(() => {});
      throw error;
    }
  }

  #input(besides: readonly EndpointFacts[] = []): RuleInput {
    const { userlandProxy, allowDirectRouting } = this.#options;
    return {
      networks: [...this.#networks.values()],
      endpoints: [...this.#endpoints.values(), ...besides],
      userlandProxy,
      allowDirectRouting,
    };
  }

  async #state(): Promise<void> {
    await this.#options.filter?.apply(this.#input());
  }
}

const dropLink = (name: string): Step => ({ do: 'delete-link', namespace: null, name });

const dropPrepared = (endpoint: string): Step => dropLink(portName(endpoint));

const hasRules = ({ ports, links }: EndpointFacts): boolean => ports.length + links.length > 0;
