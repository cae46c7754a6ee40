import { invalid } from '../../../errors/minke-error.ts';
import type { IpvlanMode } from '../../../host/netns/contract.ts';
import type { SublinkKind } from '../sublink/kind.ts';

const modes: readonly IpvlanMode['mode'][] = ['l2', 'l3', 'l3s'];
const flags: readonly IpvlanMode['flag'][] = ['bridge', 'private', 'vepa'];

/** Links that share the MAC address of their parent. */
export const ipvlan: SublinkKind<IpvlanMode> = {
  name: 'ipvlan',
  ownMac: false,
  dummyPrefix: 'di-',

  mode({ ipvlan_mode: wantedMode = '', ipvlan_flag: wantedFlag = '' }) {
    const mode = wantedMode === '' ? 'l2' : modes.find((each) => each === wantedMode);
    if (mode === undefined) {
      throw invalid(
        `requested ipvlan mode '${wantedMode}' is not valid, 'l2' mode is the ipvlan driver default`,
      );
    }
    const flag = wantedFlag === '' ? 'bridge' : flags.find((each) => each === wantedFlag);
    if (flag === undefined) {
      throw invalid(
        `requested ipvlan flag '${wantedFlag}' is not valid, 'bridge' is the ipvlan driver default`,
      );
    }
    return { mode, flag };
  },

  direct: ({ mode }) => mode !== 'l2',

  clash: (own, { id }) => `network di-${id.slice(0, 12)} is already using parent interface ${own.parent}`,

  add: ({ mode, flag }, { link: name }, parent, namespace) => ({
    do: 'add-ipvlan',
    namespace,
    name,
    parent,
    mode,
    flag,
  }),
};
