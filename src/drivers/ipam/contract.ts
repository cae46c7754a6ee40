/**
 * Who may use which IP addresses.
 *
 * Glossary. *Pool*: a subnet that one network holds, known by its canonical CIDR text. *Range*: the part of a pool
 * from which addresses are picked when none is asked for; all of it where there is none.
 *
 * Promises that every driver keeps (`suite.ts`):
 * - Pools never overlap. No address is handed out twice before it was released, however many ask at once.
 * - The address of the network itself is never handed out; in IPv4 neither is the broadcast address.
 * - Without a wish the lowest free address is given.
 * - `releasePool` and `releaseAddress` are idempotent.
 *
 * What is handed out is written down by the networks' and the containers' own records: at start, `services/networks`
 * asks again for all that those hold.
 */
export interface PoolRequest {
  readonly version: 4 | 6;
  /** CIDR notation, host bits zero; null: one of the driver's default pools. */
  readonly subnet: string | null;
  /** CIDR notation inside `subnet`. */
  readonly range: string | null;
  /** Subnets in use on the host: a default pool that overlaps one is not given. A `subnet` asked for is. */
  readonly avoid: readonly string[];
}

export interface PoolUsage {
  /** Addresses that nobody can have any more: handed out, and the ends that nobody gets. */
  readonly inUse: bigint;
  /** Addresses of the range that are still picked where none is asked for. */
  readonly available: bigint;
}

export interface IpamDriver {
  /** `default`. */
  readonly name: string;
  /**
   * Answers the pool's subnet. `forbidden` "invalid pool request: Pool overlaps with other one on this address space";
   * `invalid` where the request makes no sense or default pools are used up.
   */
  requestPool(request: PoolRequest): Promise<string>;
  releasePool(subnet: string): Promise<void>;
  /**
   * An address without prefix length; `address` asks for that very one, which may lie outside of the range.
   * `forbidden` "Address already in use", `not-found` where no address is free.
   */
  requestAddress(subnet: string, address: string | null): Promise<string>;
  releaseAddress(subnet: string, address: string): Promise<void>;
  /** `not-found` where there is no such pool. */
  usage(subnet: string): Promise<PoolUsage>;
}
