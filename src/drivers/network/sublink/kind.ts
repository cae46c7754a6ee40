/** What sets the kinds of link apart that stand on another link: macvlan and ipvlan. */
import type { LinkKind, Step } from '../../../host/netns/contract.ts';
import type { EndpointFacts, NetworkFacts } from '../contract.ts';

export interface SublinkNetwork<Mode> {
  readonly id: string;
  readonly name: string;
  /** Link of the host; null: none was named, and one that leads nowhere stands in for it. */
  readonly parent: string | null;
  readonly mode: Mode;
  readonly subnets: NetworkFacts['subnets'];
  /** Nobody outside is reached: asked for, or for want of a parent. */
  readonly closed: boolean;
}

export interface SublinkKind<Mode> {
  readonly name: Exclude<LinkKind, 'vlan'>;
  readonly ownMac: boolean;
  /** Begins the name of the link that stands in for a parent; twelve digits of the network's id follow. */
  readonly dummyPrefix: string;
  /** Throws `invalid` in Docker's words. */
  mode(options: NetworkFacts['options']): Mode;
  /** There is no next hop: everything is reached by the link itself. */
  readonly direct: (mode: Mode) => boolean;
  /** Why two networks can't share a parent; null: they can. */
  clash(own: SublinkNetwork<Mode>, other: SublinkNetwork<Mode>): string | null;
  /** Makes the interface. */
  add(mode: Mode, endpoint: EndpointFacts, parent: string, namespace: string): Step;
}

const parentOption = 'parent';

export function readSublink<Mode>(
  kind: SublinkKind<Mode>,
  { id, name, internal, subnets, options }: NetworkFacts,
): SublinkNetwork<Mode> {
  const named = Object.hasOwn(options, parentOption) ? options[parentOption] : undefined;
  const parent = named === undefined || named === '' ? null : named;
  return { id, name, parent, mode: kind.mode(options), subnets, closed: internal || parent === null };
}

/** Name of the link of the host on which the network's interfaces stand. */
export const parentName = <Mode>(kind: SublinkKind<Mode>, { id, parent }: SublinkNetwork<Mode>): string =>
  parent ?? `${kind.dummyPrefix}${id.slice(0, 12)}`;
