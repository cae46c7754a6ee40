import type { BridgeFilter } from '../../drivers/network/bridge/filter/contract.ts';
import { IptablesFilter } from '../../drivers/network/bridge/filter/iptables/filter.ts';
import { NftablesFilter } from '../../drivers/network/bridge/filter/nftables/filter.ts';
import { invalid } from '../../errors/minke-error.ts';
import { IptablesFirewall } from '../../host/firewall/iptables.ts';
import { NftProgram } from '../../host/firewall/nftables/nft.ts';
import type { Processes } from '../../host/process/contract.ts';
import { findProgram } from '../../host/process/posix/find-program.ts';
import type { Settings } from '../settings/table.ts';

function has(program: string): boolean {
  try {
    return findProgram(program, process.env.PATH) !== '';
  } catch {
    return false;
  }
}

/** The packet filter of the settings, and the other one where its program is there to take old rules out. */
export function wireFilters(
  settings: Settings,
  processes: Processes,
  bridge: string,
): { filter: BridgeFilter | null; otherFilters: readonly BridgeFilter[] } {
  if (!settings.iptables) return { filter: null, otherFilters: [] };
  const both = settings.ip6tables;
  const iptables = (): BridgeFilter =>
    new IptablesFilter(new IptablesFirewall({ processes, families: both ? ['ipv4', 'ipv6'] : ['ipv4'] }));
  // Daemons side by side have bridges of different names.
  const nftables = (): BridgeFilter =>
    new NftablesFilter(new NftProgram({ processes, table: `minke-${bridge}` }), {
      versions: both ? [4, 6] : [4],
    });
  if (settings.firewallBackend !== 'nftables') {
    return { filter: iptables(), otherFilters: has('nft') ? [nftables()] : [] };
  }
  if (!has('nft'))
    throw invalid('--firewall-backend=nftables: the program nft is missing (package nftables)');
  return {
    filter: nftables(),
    otherFilters: has('iptables-save') && has('ip6tables-save') ? [iptables()] : [],
  };
}
