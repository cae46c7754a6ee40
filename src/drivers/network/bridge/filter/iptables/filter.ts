import type { Firewall, FoundRule } from '../../../../../host/firewall/contract.ts';
import type { EndpointFacts, IpVersion } from '../../../contract.ts';
import type { BridgeFilter, Mended, RuleInput } from '../contract.ts';
import { namesBridge, statement } from './rules.ts';

const bridgesOf = ({ networks }: RuleInput): Set<string> => new Set(networks.map(({ bridge }) => bridge));
const keyOf = ({ family, table, chain, args }: FoundRule): string => `${family} ${table} ${chain} ${args}`;

/** Docker's chains, by iptables and ip6tables. */
export class IptablesFilter implements BridgeFilter {
  readonly #firewall: Firewall;

  constructor(firewall: Firewall) {
    this.#firewall = firewall;
  }

  get counted(): boolean {
    return !this.#firewall.legacy;
  }

  apply(input: RuleInput): Promise<void> {
    return this.#firewall.apply(statement(input));
  }

  repair(input: RuleInput, gone: readonly EndpointFacts[]): Promise<Mended> {
    const named = namesBridge(bridgesOf(input));
    const all = statement({ ...input, endpoints: [...input.endpoints, ...gone] });
    const old = new Set(gone.length === 0 ? [] : all.rules.map(keyOf));
    return this.#firewall.repair(statement(input), (rule) => named(rule) || old.has(keyOf(rule)));
  }

  /** What names no bridge stays, the policy too: others use the same chains. */
  async clear(input: RuleInput): Promise<readonly IpVersion[]> {
    const named = namesBridge(bridgesOf(input));
    const translated = new Set(
      statement(input)
        .rules.filter(
          ({ table, place, args }) => table !== 'filter' && place === 'bottom' && args.includes('--dport'),
        )
        .map(keyOf),
    );
    await this.#firewall.repair(
      { chains: [], rules: [] },
      (rule) => named(rule) || translated.has(keyOf(rule)),
    );
    return [];
  }

  dropForwarded(version: IpVersion): Promise<void> {
    return this.#firewall.policy(version === 4 ? 'ipv4' : 'ipv6', 'FORWARD', 'DROP');
  }
}
