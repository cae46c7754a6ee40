import { internal, invalid, isKind, messageOf, systemCode } from '../../../errors/minke-error.ts';
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
import { addressSteps, defaultRoute, ipv6Steps, routeSteps } from '../endpoint/steps.ts';
import { endpointSysctls, readSysctls } from '../endpoint/sysctls.ts';
import { parentName, readSublink, type SublinkKind, type SublinkNetwork } from './kind.ts';
import { lacking, parentRemoval, parentSteps } from './parent.ts';

/**
 * Interfaces that stand on one link of the host and are seen on its network; the host's packet filter has no part in
 * it, so nothing is published and the host itself is not reached.
 */
export class SublinkDriver<Mode> implements NetworkDriver {
  readonly name: string;
  readonly single = false;
  readonly attaches = true;
  readonly ownMac: boolean;
  readonly #kind: SublinkKind<Mode>;
  readonly #stack: NetworkStack;
  readonly #networks = new Map<string, SublinkNetwork<Mode>>();
  /** Attached ones, by id. */
  readonly #endpoints = new Map<string, EndpointFacts>();

  constructor(kind: SublinkKind<Mode>, options: { readonly stack: NetworkStack }) {
    this.name = kind.name;
    this.ownMac = kind.ownMac;
    this.#kind = kind;
    this.#stack = options.stack;
  }

  check(facts: NetworkFacts, others: readonly NetworkFacts[]): void {
    const network = this.#read(facts);
    if (network.parent === 'lo') {
      throw invalid(`loopback interface is not a valid ${this.name} parent link`);
    }
    if (network.parent === null) return;
    for (const other of others.map((each) => this.#read(each))) {
      const clash = other.parent === network.parent ? this.#kind.clash(network, other) : null;
      if (clash !== null) throw invalid(clash);
    }
  }

  checkOptions(options: EndpointFacts['options']): void {
    readSysctls(options);
  }

  publishing(): Publishing {
    return { ipv4: 'none', ipv6: 'none', hostIp: null, shown: false };
  }

  gateways(facts: NetworkFacts): Gateways {
    const { closed, mode } = this.#read(facts);
    const has = !closed && !this.#kind.direct(mode);
    return { ipv4: has, ipv6: has };
  }

  linkPrefix(): string {
    return 'eth';
  }

  async found(): Promise<readonly string[]> {
    return [];
  }

  async open(facts: NetworkFacts): Promise<void> {
    const network = this.#read(facts);
    await this.#parent(network);
    this.#networks.set(network.id, network);
  }

  async close(facts: NetworkFacts): Promise<void> {
    const network = this.#read(facts);
    this.#networks.delete(network.id);
    const name = parentName(this.#kind, network);
    if ([...this.#networks.values()].some((other) => parentName(this.#kind, other) === name)) return;
    const { links } = await this.#stack.state(null);
    await this.#stack.run(parentRemoval(name, links));
  }

  async attach(endpoint: EndpointFacts, namespace: string): Promise<Attached> {
    const network = this.#networks.get(endpoint.network);
    if (network === undefined) throw internal(`network ${endpoint.network} is not open`);
    const parent = parentName(this.#kind, network);
    const { links } = await this.#stack.state(null);
    if (!links.some(({ name }) => name === parent)) {
      throw internal(`the requested parent interface ${parent} was not found on the host`);
    }
    try {
      await this.#stack.run([this.#kind.add(network.mode, endpoint, parent, namespace)]);
    } catch (error) {
      throw internal(`failed to create the ${this.name} port: ${this.#words(error)}`, error);
    }
    this.#endpoints.set(endpoint.id, endpoint);
    try {
      await this.#stack.run(this.#steps(network, endpoint, namespace));
    } catch (error) {
      await this.detach(endpoint.id, { namespace }).catch(() => {});
      throw error;
    }
    return { publish: async () => {} };
  }

  async update(endpoint: EndpointFacts, namespace: string): Promise<void> {
    const before = this.#endpoints.get(endpoint.id);
    if (before === undefined) throw internal(`endpoint ${endpoint.id} is not attached`);
    this.#endpoints.set(endpoint.id, endpoint);
    await this.#stack.run(routeSteps(before, endpoint, namespace));
  }

  /** At once, also where the namespace goes soon: neighbours on the parent's network would still be answered. */
  async detach(id: string, { namespace }: { readonly namespace: string }): Promise<void> {
    const endpoint = this.#endpoints.get(id);
    this.#endpoints.delete(id);
    if (endpoint === undefined) return;
    await this.#takeOut(endpoint, namespace);
  }

  async restore(
    networks: readonly NetworkFacts[],
    { running, gone }: { readonly running: readonly EndpointFacts[]; readonly gone: readonly GoneEndpoint[] },
  ): Promise<{ warnings: readonly string[] }> {
    const warnings: string[] = [];
    for (const facts of networks) {
      const network = this.#read(facts);
      this.#networks.set(network.id, network);
      await this.#parent(network).catch((error: unknown) => {
        warnings.push(`network ${network.name}: ${messageOf(error)}`);
      });
    }
    for (const endpoint of running) this.#endpoints.set(endpoint.id, endpoint);
    for (const { facts, namespace } of gone) {
      if (namespace === null) continue;
      await this.#takeOut(facts, namespace).catch((error: unknown) => {
        warnings.push(`interface ${facts.link} can't be taken out of its container: ${messageOf(error)}`);
      });
    }
    return { warnings };
  }

  async shutdown(): Promise<void> {}

  #read(facts: NetworkFacts): SublinkNetwork<Mode> {
    return readSublink(this.#kind, facts);
  }

  async #parent(network: SublinkNetwork<Mode>): Promise<void> {
    const { name } = this.#kind;
    if (!(await this.#stack.supports(name))) {
      throw invalid(`this kernel has no ${name} interfaces (CONFIG_${name.toUpperCase()})`);
    }
    const own = network.parent === null;
    const parent = parentName(this.#kind, network);
    const { links } = await this.#stack.state(null);
    try {
      await this.#stack.run(parentSteps(parent, own, links));
    } catch (error) {
      if (isKind(error, 'invalid')) throw error;
      const reason = systemCode(error) === 'EOPNOTSUPP' ? lacking[own ? 'dummy' : 'vlan'] : messageOf(error);
      throw invalid(own ? reason : `failed to create ${parent} vlan link: ${reason}`, error);
    }
  }

  #steps(network: SublinkNetwork<Mode>, endpoint: EndpointFacts, namespace: string): Step[] {
    const { link, ipv4, ipv6 } = endpoint;
    const direct = !network.closed && this.#kind.direct(network.mode);
    const everywhere = (to: string): Step => ({ do: 'add-route', namespace, link, to, via: null });
    return [
      ...ipv6Steps(endpoint, namespace),
      ...endpointSysctls(endpoint, namespace),
      ...addressSteps(network.subnets, endpoint, namespace),
      { do: 'set-link', namespace, name: link, up: true },
      ...defaultRoute('add-route', endpoint, namespace, 4),
      ...defaultRoute('add-route', endpoint, namespace, 6),
      ...(direct && ipv4 !== null ? [everywhere('0.0.0.0/0')] : []),
      ...(direct && ipv6 !== null ? [everywhere('::/0')] : []),
    ];
  }

  async #takeOut({ link: name }: EndpointFacts, namespace: string): Promise<void> {
    try {
      await this.#stack.run([{ do: 'delete-link', namespace, name }]);
    } catch (error) {
      // The namespace has gone, and the interface with it; EINVAL: its file is no mount any more.
      if (!['ENOENT', 'EINVAL'].includes(systemCode(error) ?? '')) throw error;
    }
  }

  #words(error: unknown): string {
    // The kernel says so of a second one on a parent that the first has for itself alone.
    if (systemCode(error) === 'EINVAL')
      return 'invalid argument (in passthru mode a parent takes one container)';
    if (systemCode(error) === 'EOPNOTSUPP') return `this kernel has no ${this.name} interfaces`;
    return messageOf(error);
  }
}
