/** Performs steps on the kernel. Lives in the network thread; everything here is synchronous on purpose. */
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { systemCode } from '../../errors/minke-error.ts';
import { parseAddress } from '../../kit/ip/address.ts';
import { cidrOf } from '../../kit/ip/cidr.ts';
import { decodeAddress, deleteAddress, getAddresses, newAddress } from '../netlink/address.ts';
import { getGeneration, readGeneration } from '../netlink/filter.ts';
import {
  decodeLink,
  getLink,
  getLinks,
  newBridge,
  newDummy,
  newIpvlan,
  newMacvlan,
  newVeth,
  newVlan,
  probeKind,
  setBridgePort,
  setLink,
} from '../netlink/link.ts';
import type { Request } from '../netlink/message.ts';
import { deleteShape, newShape } from '../netlink/qdisc.ts';
import { removeLink } from '../netlink/remove-link.ts';
import { decodeRoute, deleteRoute, getRoutes, newRoute } from '../netlink/route.ts';
import { NetlinkError, NetlinkSocket, protocol } from '../netlink/socket.ts';
import type { LinkKind, LinkState, Namespace, NetworkState, RouteState, Step } from './contract.ts';
import type { HomeNamespace } from './namespace.ts';

type StepOf<Name extends Step['do']> = Extract<Step, { do: Name }>;

function routeOf(index: number, step: StepOf<'add-route' | 'delete-route'>) {
  const via = step.via === null ? null : parseAddress(step.via);
  if (via === null && step.via !== null) throw new Error(`invalid gateway address: ${step.via}`);
  return { link: index, to: cidrOf(step.to), via };
}

/** One namespace while it is worked in: requests gather until something has to be read. */
class Workplace {
  readonly #socket: NetlinkSocket;
  readonly #indexes = new Map<string, number>();
  #requests: { request: Request; accept: readonly string[] }[] = [];

  constructor(socket: NetlinkSocket) {
    this.#socket = socket;
  }

  add(request: Request, accept: readonly string[] = []): void {
    this.#requests.push({ request, accept });
  }

  flush(): void {
    const requests = this.#requests;
    this.#requests = [];
    this.#socket.batch(
      requests.map(({ request }) => request),
      (position) => requests[position]?.accept ?? [],
    );
  }

  /** Index of a link, remembered for this visit. Throws ENODEV. */
  index(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    this.flush();
    const [answer] = this.#socket.query(getLink(name));
    const link = answer === undefined ? null : decodeLink(answer);
    if (link === null) throw new Error(`no answer about link ${name}`);
    this.#indexes.set(name, link.index);
    return link.index;
  }

  /** Null where there is no such link. */
  indexIfThere(name: string): number | null {
    try {
      return this.index(name);
    } catch (error) {
      if (error instanceof NetlinkError && error.code === 'ENODEV') return null;
      throw error;
    }
  }

  /** Comes back when nobody sees the link any more, here or at the other end of a pair. */
  remove(name: string): void {
    this.flush();
    this.forget(name);
    removeLink(this.#socket, name);
  }

  /** The kernel brings a link to its state before it tells of it (`rtnl_getlink`, `linkwatch_sync_dev`). */
  settle(name: string): void {
    this.flush();
    this.#socket.query(getLink(name));
  }

  forget(name: string): void {
    this.#indexes.delete(name);
  }
}

function addVeth(place: Workplace, { name, mtu, peer }: StepOf<'add-veth'>, home: HomeNamespace): void {
  const namespaceFd = openSync(peer.namespace, 'r');
  const add = (): void => {
    place.add(newVeth({ name, mtu }, { name: peer.name, mtu, mac: peer.mac, namespaceFd }));
    place.flush();
  };
  try {
    if (peer.ipv6) add();
    else home.inside(peer.namespace, () => linksWithoutIPv6(add));
  } finally {
    closeSync(namespaceFd);
  }
}

const newLinksOff = '/proc/sys/net/ipv6/conf/default/disable_ipv6';

/**
 * What is made in this namespace meanwhile has no IPv6. Switched off at the link itself, the kernel would have us ask
 * again and again, a processor at full speed, until nobody works on any link of the host (`restart_syscall` in
 * addrconf_disable_ipv6); a write to the default takes no lock.
 */
function linksWithoutIPv6(work: () => void): void {
  const fd = openIfThere(newLinksOff);
  // No kernel without IPv6 has the file.
  if (fd === null) {
    work();
    return;
  }
  try {
    // One opening for all three: each looks /proc/sys/net up among those of all namespaces.
    const before = Buffer.alloc(16);
    const length = readSync(fd, before, 0, before.length, 0);
    writeSync(fd, '1', 0);
    try {
      work();
    } finally {
      writeSync(fd, before, 0, length, 0);
    }
  } finally {
    closeSync(fd);
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** In the same batch: the kernel takes no alias with the message that makes a link. */
const mark = (place: Workplace, name: string, alias: string): void => place.add(setLink(name, { alias }));

/** A link in another namespace on a link of this one. */
function addSublink(place: Workplace, step: StepOf<'add-macvlan' | 'add-ipvlan'>): void {
  const { name, parent, namespace } = step;
  const below = place.index(parent);
  const namespaceFd = openSync(namespace, 'r');
  try {
    if (step.do === 'add-ipvlan') place.add(newIpvlan({ name, namespaceFd }, below, step));
    else {
      const mac = step.mac === null ? {} : { mac: step.mac };
      place.add(newMacvlan({ name, namespaceFd, ...mac }, below, step.mode));
    }
    place.flush();
  } finally {
    closeSync(namespaceFd);
  }
}

function attachPort(place: Workplace, { name, bridge, hairpin }: StepOf<'attach-port'>): void {
  place.add(setLink(name, { master: place.index(bridge), up: true, linkLocal: false }));
  if (hairpin) place.add(setBridgePort(place.index(name), { hairpin: true }));
}

function detachPort(place: Workplace, step: StepOf<'detach-port'>): void {
  place.add(setLink(step.name, { master: 0, up: false }), ['ENODEV']);
  place.forget(step.name);
}

function setSysctl(place: Workplace, step: StepOf<'sysctl'>): void {
  place.flush();
  try {
    writeFileSync(`/proc/sys/${step.key}`, step.value, { flag: 'r+' });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    if (!step.optional) {
      const told = new Error(`/proc/sys/${step.key} is not a sysctl file`, { cause: error });
      throw Object.assign(told, { code: 'ENOENT' });
    }
  }
}

function reshape(place: Workplace, { link, shape }: StepOf<'shape'>): void {
  const index = place.index(link);
  place.add(deleteShape(index), ['ENOENT', 'EINVAL']);
  if (shape !== null) for (const request of newShape(index, shape)) place.add(request);
}

/** One step within its namespace. */
function perform(place: Workplace, step: Step, home: HomeNamespace): void {
  switch (step.do) {
    case 'add-bridge': {
      const { name, mtu, mac } = step;
      const rest = { ...(mtu === undefined ? {} : { mtu }), ...(mac === undefined ? {} : { mac }) };
      place.add(newBridge({ name, ...rest }));
      if (step.alias !== undefined) mark(place, name, step.alias);
      break;
    }
    case 'add-veth':
      addVeth(place, step, home);
      break;
    case 'add-dummy':
      place.add(newDummy({ name: step.name, up: true }));
      mark(place, step.name, step.alias);
      break;
    case 'add-vlan':
      place.add(newVlan({ name: step.name, up: true }, place.index(step.parent), step.id));
      mark(place, step.name, step.alias);
      break;
    case 'add-macvlan':
    case 'add-ipvlan':
      addSublink(place, step);
      break;
    case 'attach-port':
      attachPort(place, step);
      break;
    case 'set-link': {
      const { up, mtu, mac } = step;
      const given = Object.entries({ up, mtu, mac }).filter(([, value]) => value !== undefined);
      place.add(setLink(step.name, Object.fromEntries(given)));
      break;
    }
    case 'settle-link':
      place.settle(step.name);
      break;
    case 'detach-port':
      detachPort(place, step);
      break;
    case 'delete-link':
      place.remove(step.name);
      break;
    case 'add-address':
      place.add(newAddress(place.index(step.link), cidrOf(step.cidr)));
      break;
    case 'delete-address': {
      const index = place.indexIfThere(step.link);
      if (index !== null) place.add(deleteAddress(index, cidrOf(step.cidr)), ['EADDRNOTAVAIL']);
      break;
    }
    case 'add-route':
      place.add(newRoute(routeOf(place.index(step.link), step)));
      break;
    case 'delete-route': {
      const index = place.indexIfThere(step.link);
      if (index !== null) place.add(deleteRoute(routeOf(index, step)), ['ESRCH']);
      break;
    }
    case 'shape':
      reshape(place, step);
      break;
    case 'sysctl':
      setSysctl(place, step);
      break;
    case 'add-namespace':
    case 'remove-namespace':
      throw new Error(`${step.do} belongs to no namespace`);
  }
}

/** Where a step is performed; a link on a link of the host is made from there. */
const namespaceOf = (step: Step): Namespace =>
  'namespace' in step && step.do !== 'add-macvlan' && step.do !== 'add-ipvlan' ? step.namespace : null;

export class Performer {
  readonly #home: HomeNamespace;
  readonly #socket = new NetlinkSocket();
  #filter: NetlinkSocket | undefined;

  constructor(home: HomeNamespace) {
    this.#home = home;
  }

  /** Steps of one namespace in a row are one visit there. */
  run(steps: readonly Step[]): void {
    for (let at = 0; at < steps.length; ) {
      const step = steps[at];
      if (step === undefined) return;
      if (step.do === 'add-namespace') {
        this.#home.create(step.path, () =>
          withSocket((socket) => socket.batch([setLink('lo', { up: true })])),
        );
        at += 1;
      } else if (step.do === 'remove-namespace') {
        this.#home.remove(step.path);
        at += 1;
      } else {
        const rest = steps.slice(at);
        const end = rest.findIndex((other) => !sameVisit(step, other));
        const visit = end === -1 ? rest : rest.slice(0, end);
        this.#in(namespaceOf(step), (socket) => {
          const place = new Workplace(socket);
          for (const each of visit) perform(place, each, this.#home);
          place.flush();
        });
        at += visit.length;
      }
    }
  }

  state(namespace: Namespace): NetworkState {
    return this.#in(namespace, observe);
  }

  supports(kind: LinkKind): boolean {
    try {
      this.#socket.batch([probeKind(kind)]);
    } catch (error) {
      if (error instanceof NetlinkError) return error.code !== 'EOPNOTSUPP';
      throw error;
    }
    return true;
  }

  sysctl(namespace: Namespace, key: string): string | null {
    return this.#in(namespace, () => readIfThere(`/proc/sys/${key}`));
  }

  filterGeneration(): number | null {
    try {
      this.#filter ??= new NetlinkSocket(protocol.netfilter);
      return readGeneration(this.#filter.query(getGeneration()));
    } catch {
      return null;
    }
  }

  #in<T>(namespace: Namespace, body: (socket: NetlinkSocket) => T): T {
    return namespace === null ? body(this.#socket) : this.#home.inside(namespace, () => withSocket(body));
  }
}

const sameVisit = (a: Step, b: Step): boolean =>
  b.do !== 'add-namespace' && b.do !== 'remove-namespace' && namespaceOf(a) === namespaceOf(b);

function withSocket<T>(body: (socket: NetlinkSocket) => T): T {
  const socket = new NetlinkSocket();
  try {
    return body(socket);
  } finally {
    socket.close();
  }
}

const linkScope = 253;
function observe(socket: NetlinkSocket): NetworkState {
  const links = socket.query(getLinks()).flatMap((message) => decodeLink(message) ?? []);
  const addresses = socket.query(getAddresses()).flatMap((message) => decodeAddress(message) ?? []);
  const routes = socket.query(getRoutes()).flatMap((message) => decodeRoute(message) ?? []);
  const names = new Map(links.map(({ index, name }) => [index, name]));
  return {
    links: links.map(
      ({ master, ...link }): LinkState => ({
        ...link,
        master: names.get(master) ?? null,
        addresses: addresses
          .filter(({ index, scope }) => index === link.index && scope !== linkScope)
          .map(({ cidr }) => cidr),
      }),
    ),
    routes: routes.map(({ link, to, via }): RouteState => ({ link: names.get(link) ?? '', to, via })),
  };
}
