/** The link of the host on which a network's interfaces stand, as plans. */
import { invalid } from '../../../errors/minke-error.ts';
import type { LinkState, Step } from '../../../host/netns/contract.ts';
import { isLinkName } from '../endpoint/link-name.ts';

/** Tells a link that was made for a network from one that somebody else made under the same name. */
const mark = 'minke: parent of container networks';

type Found = Pick<LinkState, 'name' | 'alias' | 'up'>;

interface Vlan {
  readonly base: string;
  readonly id: number;
}

/** `eth0.10`: VLAN 10 of eth0. Throws `invalid` in Docker's words. */
export function vlanOf(name: string): Vlan {
  if (!isLinkName(name) || !name.includes('.')) {
    throw invalid(`invalid subinterface vlan name ${name}, example formatting is eth0.10`);
  }
  const [base = '', number = '', ...rest] = name.split('.');
  if (rest.length > 0) {
    throw invalid(
      `required interface name format is: name.vlan_id, ex. eth0.10 for vlan 10, instead received ${name}`,
    );
  }
  if (!/^[+-]?[0-9]{1,9}$/.test(number)) {
    throw invalid(`unable to parse a valid vlan id from: ${number} (ex. eth0.10 for vlan 10)`);
  }
  const id = Number(number);
  if (id < 1 || id > 4094) throw invalid(`vlan id must be between 1-4094, received: ${id}`);
  return { base, id };
}

/** @param own the network named no parent: `name` stands in for one */
export function parentSteps(name: string, own: boolean, links: readonly Found[]): Step[] {
  if (links.some((link) => link.name === name)) return [];
  if (own) return [{ do: 'add-dummy', name, alias: mark }];
  const { base, id } = vlanOf(name);
  if (!links.some((link) => link.name === base)) {
    throw invalid(`-o parent interface was not found on the host: ${base}`);
  }
  return [{ do: 'add-vlan', name, parent: base, id, alias: mark }];
}

/** Takes away what was made for networks. */
export const parentRemoval = (name: string, links: readonly Found[]): Step[] =>
  links.some((link) => link.name === name && link.alias === mark)
    ? [{ do: 'delete-link', namespace: null, name }]
    : [];

/** What the kernel lacks where it does not know a kind of link. */
export const lacking = {
  dummy:
    'no parent interface was given, and this kernel has no dummy interfaces (CONFIG_DUMMY) to stand in for one',
  vlan: 'this kernel has no 802.1q interfaces (CONFIG_VLAN_8021Q)',
} as const;
