/** Who is connected to what, as data. */

import { bool, type Json, list, object, text } from '../../../client/json.ts';
import { inNaturalOrder } from '../../format/natural-order.ts';

export interface Member {
  readonly container: string;
  readonly name: string;
  /** With prefix length. */
  readonly addresses: readonly string[];
}

export interface NetworkNode {
  readonly name: string;
  readonly driver: string;
  /** Of its containers none gets out. */
  readonly internal: boolean;
  readonly subnets: readonly string[];
  readonly members: readonly Member[];
}

export interface Graph {
  readonly networks: readonly NetworkNode[];
  /** By container: `0.0.0.0:8080->80/tcp`. */
  readonly ports: ReadonlyMap<string, readonly string[]>;
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  inNaturalOrder(a.name, b.name);

/** The answer of GET /networks/{id}. */
export function networkNode(value: Json): NetworkNode {
  const data = object(value);
  const members = Object.entries(object(data.Containers)).map(([container, endpoint]): Member => {
    const { Name, IPv4Address, IPv6Address } = object(endpoint);
    return {
      container,
      name: text(Name),
      addresses: [text(IPv4Address), text(IPv6Address)].filter((address) => address !== ''),
    };
  });
  return {
    name: text(data.Name),
    driver: text(data.Driver),
    internal: bool(data.Internal),
    subnets: list(object(data.IPAM).Config, (row) => text(object(row).Subnet)),
    members: members.toSorted(byName),
  };
}

export const inOrder = (networks: readonly NetworkNode[]): NetworkNode[] => networks.toSorted(byName);

/** Names of the networks of each container. */
export function networksOf({ networks }: Graph): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { name, members } of networks) {
    for (const { container } of members) found.set(container, [...(found.get(container) ?? []), name]);
  }
  return found;
}
