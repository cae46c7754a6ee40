/** What the host has to have switched on for its bridges. */
import { internal } from '../../../errors/minke-error.ts';
import type { NetworkStack } from '../../../host/netns/contract.ts';
import type { BridgeFilter } from './filter/contract.ts';
import type { BridgeNetwork } from './options.ts';

type Subnets = Pick<BridgeNetwork, 'subnets'>;

const speaks = ({ subnets }: Subnets, version: 4 | 6): boolean =>
  subnets.some((subnet) => subnet.version === version);

/** Packets between ports of one bridge pass the filter only where br_netfilter is there. @throws internal */
export async function filterBridged(
  stack: NetworkStack,
  network: Subnets & Pick<BridgeNetwork, 'name'>,
): Promise<void> {
  for (const [version, key] of [
    [4, 'net/bridge/bridge-nf-call-iptables'],
    [6, 'net/bridge/bridge-nf-call-ip6tables'],
  ] as const) {
    if (!speaks(network, version)) continue;
    const value = await stack.sysctl(null, key);
    if (value === null) {
      throw internal(
        `network ${network.name} needs the kernel's br_netfilter module, which is not there (${key})`,
      );
    }
    if (value === '1') continue;
    await stack.run([{ do: 'sysctl', namespace: null, key, value: '1', optional: false }]);
  }
}

const forwardingKeys = {
  4: ['net/ipv4/ip_forward'],
  6: ['net/ipv6/conf/all/forwarding', 'net/ipv6/conf/default/forwarding'],
} as const;

/** Where the host is no router, it becomes one: for containers, not for its neighbours. */
export async function forwardPackets(
  options: {
    readonly stack: NetworkStack;
    readonly filter: BridgeFilter | null;
    /** `--ip-forward`: forwarding is switched on where it is off. */
    readonly ipForward: boolean;
    /** `--ip-forward-no-drop`: the policy of FORWARD then stays as it is. */
    readonly ipForwardNoDrop: boolean;
  },
  networks: Iterable<Subnets>,
): Promise<void> {
  const { stack, filter, ipForward, ipForwardNoDrop } = options;
  if (!ipForward) return;
  const all = [...networks];
  for (const version of [4, 6] as const) {
    const keys = forwardingKeys[version];
    const used = all.some((network) => speaks(network, version));
    if (!used || (await stack.sysctl(null, keys[0])) !== '0') continue;
    if (!ipForwardNoDrop) await filter?.dropForwarded(version);
    await stack.run(keys.map((key) => ({ do: 'sysctl', namespace: null, key, value: '1', optional: false })));
  }
}
