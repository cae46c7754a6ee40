import type { InterfaceCounters } from './contract.ts';
import type { NetworkState } from './state.ts';

/** By interface name; empty for a container without networking. */
export async function countersOf(
  state: NetworkState,
  container: string,
): Promise<Record<string, InterfaceCounters>> {
  const sandbox = state.sandboxes.get(container);
  if (sandbox === undefined) return {};
  const { links } = await state.options.stack.state(sandbox.namespace);
  const names = new Set(sandbox.endpoints.map(({ link }) => link));
  const counted: Record<string, InterfaceCounters> = {};
  for (const { name, counters } of links) {
    if (!names.has(name)) continue;
    counted[name] = {
      rx_bytes: counters.rxBytes,
      rx_packets: counters.rxPackets,
      rx_errors: counters.rxErrors,
      rx_dropped: counters.rxDropped,
      tx_bytes: counters.txBytes,
      tx_packets: counters.txPackets,
      tx_errors: counters.txErrors,
      tx_dropped: counters.txDropped,
    };
  }
  return counted;
}
