/** The steps of a plan, each done to the kernel. */
import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { systemCode } from '../../errors/minke-error.ts';
import { parseAddress } from '../../kit/ip/address.ts';
import { cidrOf } from '../../kit/ip/cidr.ts';
import { deleteAddress, newAddress } from '../netlink/address.ts';
import {
  newBridge,
  newDummy,
  newHairpin,
  newIpvlan,
  newMacvlan,
  newVeth,
  newVlan,
  setLink,
} from '../netlink/link.ts';
import { deleteShape, newShape } from '../netlink/qdisc.ts';
import { deleteRoute, newRoute } from '../netlink/route.ts';
import type { Step } from './contract.ts';
import type { HomeNamespace } from './namespace.ts';
import type { Workplace } from './workplace.ts';

type StepOf<Name extends Step['do']> = Extract<Step, { do: Name }>;

function routeOf(index: number, step: StepOf<'add-route' | 'delete-route'>) {
  const via = step.via === null ? null : parseAddress(step.via);
  if (via === null && step.via !== null) throw new Error(`invalid gateway address: ${step.via}`);
  return { link: index, to: cidrOf(step.to), via };
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
  if (hairpin) place.add(newHairpin(place.index(name)));
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

/** One step within its namespace. @param home of the thread, which goes to other namespaces where a step needs it */
export function performStep(place: Workplace, step: Step, home: HomeNamespace): void {
  switch (step.do) {
    case 'add-bridge': {
      const { name, mtu } = step;
      place.add(newBridge(mtu === undefined ? { name } : { name, mtu }));
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
