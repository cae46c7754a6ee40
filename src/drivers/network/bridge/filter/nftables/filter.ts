import type { NftFirewall } from '../../../../../host/firewall/nftables/contract.ts';
import type { IpVersion } from '../../../contract.ts';
import type { BridgeFilter, Mended, RuleInput } from '../contract.ts';
import { restChain, tables } from './rules.ts';

/** Tables of nf_tables that are the engine's own. */
export class NftablesFilter implements BridgeFilter {
  readonly counted = true;
  readonly #firewall: NftFirewall;
  readonly #versions: readonly IpVersion[];
  readonly #dropped = new Set<IpVersion>();
  #last: RuleInput | null = null;

  /** @param options.versions those that may be touched (`--iptables`, `--ip6tables`) */
  constructor(firewall: NftFirewall, options: { readonly versions: readonly IpVersion[] }) {
    this.#firewall = firewall;
    this.#versions = options.versions;
  }

  apply(input: RuleInput): Promise<void> {
    return this.#firewall.apply(this.#tables(input));
  }

  async repair(input: RuleInput): Promise<Mended> {
    // What an earlier start decided stays, as the host's forwarding does.
    if (this.#last === null) await this.#recall();
    return this.#firewall.repair(this.#tables(input));
  }

  async clear(): Promise<readonly IpVersion[]> {
    await this.#recall();
    await this.#firewall.remove();
    return [...this.#dropped];
  }

  async dropForwarded(version: IpVersion): Promise<void> {
    this.#dropped.add(version);
    if (this.#last !== null) await this.apply(this.#last);
  }

  async #recall(): Promise<void> {
    for (const version of this.#versions) {
      const held = await this.#firewall.length(version === 4 ? 'ip' : 'ip6', restChain);
      if (held > 0) this.#dropped.add(version);
    }
  }

  #tables(input: RuleInput) {
    this.#last = input;
    const allowed = new Set(this.#versions.map((version) => (version === 4 ? 'ip' : 'ip6')));
    return tables(input, this.#dropped).filter(({ family }) => allowed.has(family));
  }
}
