/**
 * A table of nf_tables that is ours alone, as data. Others have tables of their own, so nothing in ours is anybody
 * else's; whatever is there and not wanted goes. (nft(8))
 */
export type NftFamily = 'ip' | 'ip6';

export interface NftHook {
  readonly type: 'filter' | 'nat';
  readonly hook: 'prerouting' | 'forward' | 'output' | 'postrouting';
  readonly priority: 'raw' | 'dstnat' | 'filter' | 'srcnat' | -100;
}

export interface NftChain {
  /** Letters, digits, dashes. */
  readonly name: string;
  /** Null: reached by jumps alone. */
  readonly hook: NftHook | null;
  /** As nft(8) reads them, without comment. */
  readonly rules: readonly string[];
}

export interface NftTable {
  readonly family: NftFamily;
  readonly chains: readonly NftChain[];
}

export interface NftFirewall {
  /** Makes the tables of both families hold this and nothing else, in one transaction; calls that wait share one. */
  apply(wanted: readonly NftTable[]): Promise<void>;
  /** The same, against what the kernel holds. Answers how many rules had to be mended. */
  repair(wanted: readonly NftTable[]): Promise<{ added: number; removed: number }>;
  /** How many rules a chain holds in the kernel now; 0 where there is none of that name. */
  length(family: NftFamily, chain: string): Promise<number>;
  /** Takes the tables away, where they are. */
  remove(): Promise<void>;
}
