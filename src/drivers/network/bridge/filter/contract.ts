/**
 * The packet filter as bridge networks need it. Whoever implements it states *all* rules from the same input, so that
 * a repair after somebody flushed the tables is the same as the first start; a change is one transaction.
 */
import type { EndpointFacts, IpVersion } from '../../contract.ts';
import type { BridgeNetwork } from '../options.ts';

/** What is published there is for the host alone. */
export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

export interface RuleInput {
  readonly networks: readonly BridgeNetwork[];
  readonly endpoints: readonly EndpointFacts[];
  /** False: the host's own connections to published ports are translated too (no userland proxy). */
  readonly userlandProxy: boolean;
  /** Others may reach container addresses directly, as far as ports are published. */
  readonly allowDirectRouting: boolean;
}

export interface Mended {
  readonly added: number;
  readonly removed: number;
}

export interface BridgeFilter {
  apply(input: RuleInput): Promise<void>;
  /**
   * Compares with what the kernel holds and mends it. Answers how many rules had to be mended.
   * @param gone endpoints of which rules may be left
   */
  repair(input: RuleInput, gone: readonly EndpointFacts[]): Promise<Mended>;
  /**
   * Takes out all that `input` states, as an earlier start with another backend left it. Answers the versions for
   * which `dropForwarded` was in force, and is not any more.
   */
  clear(input: RuleInput): Promise<readonly IpVersion[]>;
  /** The host forwards what is for containers, and nothing else; for a host that becomes a router by us. */
  dropForwarded(version: IpVersion): Promise<void>;
  /** False: nobody counts changes of the rules (those of legacy iptables). Known after `repair`. */
  readonly counted: boolean;
}
