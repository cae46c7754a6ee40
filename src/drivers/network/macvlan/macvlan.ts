import { invalid } from '../../../errors/minke-error.ts';
import type { MacvlanMode } from '../../../host/netns/contract.ts';
import type { SublinkKind } from '../sublink/kind.ts';

const modes: readonly MacvlanMode[] = ['bridge', 'private', 'vepa', 'passthru'];

/** Links with MAC addresses of their own: containers are machines on the parent's network. */
export const macvlan: SublinkKind<MacvlanMode> = {
  name: 'macvlan',
  ownMac: true,
  dummyPrefix: 'dm-',

  mode({ macvlan_mode: wanted = '' }) {
    const mode = wanted === '' ? 'bridge' : modes.find((each) => each === wanted);
    if (mode !== undefined) return mode;
    throw invalid(
      `requested macvlan mode '${wanted}' is not valid, 'bridge' mode is the macvlan driver default`,
    );
  },

  direct: () => false,

  // Passed through, the parent's own address becomes the one container's.
  clash(own, other) {
    if (own.mode === 'passthru') {
      return `cannot use mode passthru, macvlan network ${other.id} is already using parent interface ${own.parent}`;
    }
    if (other.mode !== 'passthru') return null;
    return `macvlan network ${other.id} is already using parent interface ${own.parent} in mode passthru`;
  },

  add: (mode, { link: name, mac }, parent, namespace) => ({
    do: 'add-macvlan',
    namespace,
    name,
    parent,
    mode,
    mac,
  }),
};
