import { parseAddress } from '../../kit/ip/address.ts';
import { noCounters } from '../netlink/link.ts';
import type {
  LinkKind,
  LinkState,
  Namespace,
  NetworkStack,
  NetworkState,
  RouteState,
  Shape,
  Step,
} from './contract.ts';
import { StepFailure } from './contract.ts';

interface Link {
  readonly index: number;
  name: string;
  readonly kind: string;
  up: boolean;
  mtu: number;
  mac: string;
  master: string | null;
  alias: string;
  /** Of the host, that it stands on. */
  parent: string | null;
  addresses: string[];
  shape: Shape | null;
  /** The other end of a pair. */
  peer: { readonly namespace: Namespace; readonly link: Link } | null;
}

interface Space {
  readonly links: Link[];
  routes: RouteState[];
  readonly sysctls: Map<string, string>;
}

/** A network stack that is data, with the kernel's rules as far as our plans depend on them. */
export class MemoryNetworkStack implements NetworkStack {
  readonly spaces = new Map<Namespace, Space>();
  /** Every step that was asked for. */
  readonly steps: Step[] = [];
  /** Set by tests: answers an errno for a step that is to fail. */
  refuse: (step: Step) => string | undefined = () => undefined;
  generation = 1;
  /** Kinds of link that this kernel lacks. */
  readonly missing = new Set<string>();
  #index = 0;

  constructor() {
    this.#add(null);
    const host = this.#space(null);
    for (const key of [
      'net/ipv4/ip_forward',
      'net/ipv6/conf/all/forwarding',
      'net/ipv6/conf/default/forwarding',
    ]) {
      host.sysctls.set(key, '0');
    }
    host.sysctls.set('net/bridge/bridge-nf-call-iptables', '1');
    host.sysctls.set('net/bridge/bridge-nf-call-ip6tables', '1');
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      this.steps.push(step);
      const refused = this.refuse(step);
      if (refused !== undefined) throw new StepFailure(`netlink: ${refused}`, refused);
      this.#perform(step);
    }
  }

  async state(namespace: Namespace): Promise<NetworkState> {
    const { links, routes } = this.#space(namespace);
    return {
      links: links.map(
        ({ peer: _, parent: __, ...link }): LinkState => ({
          ...link,
          addresses: [...link.addresses],
          counters: noCounters,
        }),
      ),
      routes: [...routes],
    };
  }

  async supports(kind: LinkKind): Promise<boolean> {
    return !this.missing.has(kind);
  }

  async sysctl(namespace: Namespace, key: string): Promise<string | null> {
    return this.#space(namespace).sysctls.get(key) ?? null;
  }

  async filterGeneration(): Promise<number | null> {
    return this.generation;
  }

  async namespaces(folder: string): Promise<string[]> {
    return [...this.spaces.keys()]
      .filter((path) => path !== null)
      .filter((path) => path.startsWith(`${folder}/`));
  }

  async close(): Promise<void> {}

  /** What is done to packets that a link sends. */
  shapeOf(namespace: Namespace, link: string): Shape | null {
    return this.#find(namespace, link).shape;
  }

  /** An interface that is none of the engine's, in the host's namespace. */
  plug(link: Partial<Link> & Pick<Link, 'name'>): void {
    this.#link(null, { kind: '', ...link });
  }

  #add(namespace: Namespace): void {
    this.spaces.set(namespace, { links: [], routes: [], sysctls: new Map() });
    this.#link(namespace, { name: 'lo', kind: '', up: true, addresses: ['127.0.0.1/8', '::1/128'] });
  }

  #link(namespace: Namespace, link: Partial<Link> & Pick<Link, 'name' | 'kind'>): Link {
    const { links, sysctls } = this.#space(namespace);
    if (links.some(({ name }) => name === link.name)) throw new StepFailure(`${link.name}: EEXIST`, 'EEXIST');
    this.#index += 1;
    const added: Link = {
      index: this.#index,
      up: false,
      mtu: 1500,
      mac: '',
      master: null,
      alias: '',
      parent: null,
      addresses: [],
      shape: null,
      peer: null,
      ...link,
    };
    links.push(added);
    for (const key of ['disable_ipv6', 'accept_ra']) sysctls.set(`net/ipv6/conf/${link.name}/${key}`, '0');
    sysctls.set(`net/ipv4/conf/${link.name}/route_localnet`, '0');
    return added;
  }

  #space(namespace: Namespace): Space {
    const space = this.spaces.get(namespace);
    if (space === undefined) throw new StepFailure(`${namespace}: ENOENT`, 'ENOENT');
    return space;
  }

  #find(namespace: Namespace, name: string): Link {
    const link = this.#space(namespace).links.find((each) => each.name === name);
    if (link === undefined) throw new StepFailure(`${name}: ENODEV`, 'ENODEV');
    return link;
  }

  #delete(namespace: Namespace, name: string): void {
    const space = this.#space(namespace);
    const at = space.links.findIndex((each) => each.name === name);
    const [link] = at === -1 ? [] : space.links.splice(at, 1);
    if (link === undefined) return;
    space.routes = space.routes.filter((route) => route.link !== name);
    for (const port of space.links) if (port.master === name) port.master = null;
    if (link.peer !== null) this.#delete(link.peer.namespace, link.peer.link.name);
    if (namespace !== null) return;
    for (const [path, { links }] of this.spaces) {
      for (const upper of links.filter(({ parent }) => parent === name)) this.#delete(path, upper.name);
    }
  }

  #perform(step: Step): void {
    switch (step.do) {
      case 'add-namespace':
        if (this.spaces.has(step.path)) throw new StepFailure(`${step.path}: EEXIST`, 'EEXIST');
        this.#add(step.path);
        break;
      case 'remove-namespace':
        for (const { name } of [...(this.spaces.get(step.path)?.links ?? [])]) this.#delete(step.path, name);
        this.spaces.delete(step.path);
        break;
      case 'add-bridge':
        this.#link(null, {
          name: step.name,
          kind: 'bridge',
          mtu: step.mtu ?? 1500,
          alias: step.alias ?? '',
        });
        break;
      case 'add-veth':
        this.#addVeth(step);
        break;
      case 'add-dummy':
      case 'add-vlan':
        this.#stand(null, step.do === 'add-vlan' ? step.parent : null, {
          name: step.name,
          kind: step.do === 'add-vlan' ? 'vlan' : 'dummy',
          alias: step.alias,
          up: true,
        });
        break;
      case 'add-macvlan':
      case 'add-ipvlan': {
        const { name, namespace, parent } = step;
        const mac = step.do === 'add-macvlan' ? (step.mac ?? '') : this.#find(null, parent).mac;
        this.#stand(namespace, parent, { name, kind: step.do === 'add-macvlan' ? 'macvlan' : 'ipvlan', mac });
        break;
      }
      case 'attach-port':
        this.#attachPort(step);
        break;
      case 'set-link': {
        const link = this.#find(step.namespace, step.name);
        link.up = step.up ?? link.up;
        link.mtu = step.mtu ?? link.mtu;
        link.mac = step.mac ?? link.mac;
        break;
      }
      case 'settle-link':
        this.#find(null, step.name);
        break;
      case 'detach-port': {
        const link = this.#space(null).links.find(({ name }) => name === step.name);
        if (link !== undefined) Object.assign(link, { master: null, up: false });
        break;
      }
      case 'delete-link':
        this.#delete(step.namespace, step.name);
        break;
      case 'shape':
        this.#find(step.namespace, step.link).shape = step.shape;
        break;
      case 'sysctl':
        this.#setSysctl(step);
        break;
      default:
        this.#address(step);
    }
  }

  /** A link that stands on one of the host. */
  #stand(
    namespace: Namespace,
    parent: string | null,
    link: Partial<Link> & Pick<Link, 'name' | 'kind'>,
  ): void {
    if (this.missing.has(link.kind)) throw new StepFailure('Unknown device type', 'EOPNOTSUPP');
    if (parent !== null) this.#find(null, parent);
    this.#link(namespace, { ...link, parent });
  }

  #addVeth({ name, mtu, peer }: Extract<Step, { do: 'add-veth' }>): void {
    const inner = this.#link(peer.namespace, { name: peer.name, kind: 'veth', mtu, mac: peer.mac });
    const outer = this.#link(null, { name, kind: 'veth', mtu });
    if (!peer.ipv6) this.#space(peer.namespace).sysctls.set(`net/ipv6/conf/${peer.name}/disable_ipv6`, '1');
    inner.peer = { namespace: null, link: outer };
    outer.peer = { namespace: peer.namespace, link: inner };
  }

  #attachPort({ name, bridge }: Extract<Step, { do: 'attach-port' }>): void {
    if (this.#find(null, bridge).kind !== 'bridge') throw new StepFailure(`${bridge}: EINVAL`, 'EINVAL');
    Object.assign(this.#find(null, name), { master: bridge, up: true });
  }

  #setSysctl({ namespace, key, value, optional }: Extract<Step, { do: 'sysctl' }>): void {
    const { sysctls } = this.#space(namespace);
    if (sysctls.has(key)) sysctls.set(key, value);
    else if (!optional) throw new StepFailure(`${key}: ENOENT`, 'ENOENT');
  }

  #address(
    step: Extract<Step, { do: 'add-address' | 'delete-address' | 'add-route' | 'delete-route' }>,
  ): void {
    const space = this.#space(step.namespace);
    if (step.do === 'add-address') {
      const link = this.#find(step.namespace, step.link);
      if (!link.addresses.includes(step.cidr)) link.addresses.push(step.cidr);
    } else if (step.do === 'delete-address') {
      const link = space.links.find(({ name }) => name === step.link);
      if (link !== undefined) link.addresses = link.addresses.filter((cidr) => cidr !== step.cidr);
    } else {
      const { link, to, via } = step;
      if (via !== null && parseAddress(via) === null)
        throw new StepFailure(`invalid gateway: ${via}`, 'EINVAL');
      space.routes = space.routes.filter(
        (route) => route.to !== to || (step.do === 'delete-route' && route.link !== link),
      );
      if (step.do === 'add-route')
        space.routes.push({ link: this.#find(step.namespace, link).name, to, via });
    }
  }
}
