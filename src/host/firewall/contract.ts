/**
 * The host's packet filter, as iptables(8) names things. Rules are data: `args` is a rule exactly as iptables-save(8)
 * prints it behind `-A CHAIN `, so that what is wanted can be compared with what is there.
 *
 * The tables are shared with others (another engine, the administrator): only our own rules are ever added or taken
 * out. Implemented by `IptablesFirewall` and, for unit tests, `MemoryFirewall`.
 */
export type Family = 'ipv4' | 'ipv6';
export type Table = 'raw' | 'filter' | 'nat';

export interface Chain {
  readonly family: Family;
  readonly table: Table;
  readonly chain: string;
}

export interface Rule extends Chain {
  readonly args: string;
  /** Where it goes when it is added; among themselves, `top` rules come in the order of the list. */
  readonly place: 'top' | 'bottom';
}

export interface RuleSet {
  /** Chains of our own kind; they are made where they are missing and never taken out, as others use them too. */
  readonly chains: readonly Chain[];
  readonly rules: readonly Rule[];
}

/** A rule that is there. */
export type FoundRule = Omit<Rule, 'place'>;

export interface Firewall {
  /**
   * Makes the kernel hold `wanted` and nothing of what an earlier call wanted besides. Calls made while one is under
   * way are done together. Costs one run of `iptables-restore` for each family in which something changes.
   */
  apply(wanted: RuleSet): Promise<void>;
  /**
   * Compares `wanted` with what the kernel holds: adds what is missing, takes out what `ours` says is ours and is not
   * wanted. Answers how many rules had to be mended.
   */
  repair(wanted: RuleSet, ours: (rule: FoundRule) => boolean): Promise<{ added: number; removed: number }>;
  /** True where rules are not kept in nf_tables, so that nothing counts their changes. Known after `repair`. */
  readonly legacy: boolean;
  /** Sets the policy of a built-in chain of the filter table. */
  policy(family: Family, chain: 'FORWARD', verdict: 'ACCEPT' | 'DROP'): Promise<void>;
}
