/** Who is called what: an index over what was stated of each container. */
import type { NamedPlace, NameSpec } from '../../../wire/names.ts';

interface Member {
  readonly container: string;
  readonly name: string;
  readonly place: NamedPlace;
}

/** One network. */
class Network {
  readonly members = new Set<Member>();
  readonly #byName = new Map<string, Set<Member>>();
  readonly #byAddress = new Map<string, Member>();

  add(member: Member): void {
    this.members.add(member);
    for (const name of namesOf(member)) {
      const called = this.#byName.get(name) ?? new Set();
      this.#byName.set(name, called.add(member));
    }
    for (const address of member.place.addresses) this.#byAddress.set(address, member);
  }

  remove(member: Member): void {
    this.members.delete(member);
    for (const name of namesOf(member)) {
      const called = this.#byName.get(name);
      called?.delete(member);
      if (called?.size === 0) this.#byName.delete(name);
    }
    for (const address of member.place.addresses) {
      if (this.#byAddress.get(address) === member) this.#byAddress.delete(address);
    }
  }

  called(name: string): ReadonlySet<Member> | undefined {
    return this.#byName.get(name);
  }

  at(address: string): Member | undefined {
    return this.#byAddress.get(address);
  }
}

const namesOf = ({ place }: Member): string[] => place.names.map((name) => name.toLowerCase());

/** `db.shop` in the network `shop` is `db`. */
function bare(name: string, { networkName }: NamedPlace): string | null {
  const suffix = `.${networkName.toLowerCase()}`;
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : null;
}

/** The ways in which a name may be meant in one network. */
function spoken(name: string, own: NamedPlace): string[] {
  const short = bare(name, own);
  return short === null ? [name] : [name, short];
}

const called = (network: Network, name: string): string[] =>
  [...(network.called(name) ?? [])].flatMap(({ place }) => place.addresses);

export class Directory {
  readonly #containers = new Map<string, { readonly spec: NameSpec; readonly members: readonly Member[] }>();
  readonly #networks = new Map<string, Network>();

  get(container: string): NameSpec | undefined {
    return this.#containers.get(container)?.spec;
  }

  set(container: string, spec: NameSpec): void {
    this.delete(container);
    const members = spec.places.map((place): Member => ({ container, name: spec.name, place }));
    for (const member of members) {
      const { network: id } = member.place;
      const network = this.#networks.get(id) ?? new Network();
      network.add(member);
      this.#networks.set(id, network);
    }
    this.#containers.set(container, { spec, members });
  }

  delete(container: string): void {
    for (const member of this.#containers.get(container)?.members ?? []) {
      const network = this.#networks.get(member.place.network);
      network?.remove(member);
      if (network?.members.size === 0) this.#networks.delete(member.place.network);
    }
    this.#containers.delete(container);
  }

  /**
   * Addresses of the neighbours that a container may mean, by network; the first network that has one of the kind
   * asked for is meant. Null where none has that name. What it calls others by links comes before what they are called.
   * @param name lower case
   */
  addresses(container: string, name: string): string[][] | null {
    const groups: string[][] = [];
    const add = (addresses: readonly string[]): void => {
      if (addresses.length > 0) groups.push([...new Set(addresses)]);
    };
    for (const [own, network] of this.#around(container)) {
      if (own.links.length > 0) add(spoken(name, own).flatMap((each) => linked(own, network, each)));
    }
    for (const [own, network] of this.#around(container)) {
      add(spoken(name, own).flatMap((each) => called(network, each)));
    }
    return groups.length === 0 ? null : groups;
  }

  /** `name.network` of a neighbour by its address; null where nobody has it. */
  nameOf(container: string, address: string): string | null {
    for (const [own, network] of this.#around(container)) {
      const member = network.at(address);
      if (member !== undefined) return `${member.name}.${own.networkName}`;
    }
    return null;
  }

  /**
   * The same for the host, which is a neighbour of all: `db`, and `db.shop` in the network `shop`.
   * @param name lower case
   */
  addressesForHost(name: string): string[] | null {
    const found = new Set<string>();
    for (const network of this.#networks.values()) {
      const [first] = network.members;
      if (first === undefined) continue;
      for (const each of spoken(name, first.place)) for (const one of called(network, each)) found.add(one);
    }
    return found.size === 0 ? null : [...found];
  }

  nameForHost(address: string): string | null {
    for (const network of this.#networks.values()) {
      const member = network.at(address);
      if (member !== undefined) return `${member.name}.${member.place.networkName}`;
    }
    return null;
  }

  *#around(container: string): Generator<[NamedPlace, Network]> {
    for (const place of this.#containers.get(container)?.spec.places ?? []) {
      const network = this.#networks.get(place.network);
      if (place.neighbours && network !== undefined) yield [place, network];
    }
  }
}

function linked(own: NamedPlace, { members }: Network, name: string): string[] {
  return own.links.flatMap(({ target, alias }) => {
    if (alias.toLowerCase() !== name || target === '') return [];
    return [...members]
      .filter(({ container, name: theirs }) => theirs === target || container.startsWith(target))
      .flatMap(({ place }) => place.addresses);
  });
}
