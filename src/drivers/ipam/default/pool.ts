import { forbidden, invalid, notFound } from '../../../errors/minke-error.ts';
import { formatAddress, type IpAddress, parseAddress } from '../../../kit/ip/address.ts';
import { type Cidr, contains, firstOf, formatCidr, lastOf } from '../../../kit/ip/cidr.ts';
import type { PoolUsage } from '../contract.ts';

/** The addresses of one subnet. */
export class AddressPool {
  readonly subnet: Cidr;
  readonly #used = new Set<bigint>();
  readonly #low: bigint;
  readonly #high: bigint;
  /** No address below it, within the range, is free. */
  #hint: bigint;

  constructor(subnet: Cidr, range: Cidr | null) {
    this.subnet = subnet;
    this.#reserveEnds();
    this.#low = firstOf(range ?? subnet).value;
    this.#high = lastOf(range ?? subnet).value;
    this.#hint = this.#low;
  }

  take(wish: string | null): string {
    const value = wish === null ? this.#lowestFree() : this.#wished(wish);
    this.#used.add(value);
    return formatAddress({ version: this.subnet.address.version, value });
  }

  give(text: string): void {
    const address = parseAddress(text);
    if (address === null || !contains(this.subnet, address) || this.#isEnd(address.value)) return;
    this.#used.delete(address.value);
    if (address.value >= this.#low && address.value < this.#hint) this.#hint = address.value;
  }

  usage(): PoolUsage {
    let within = 0n;
    for (const value of this.#used) if (value >= this.#low && value <= this.#high) within += 1n;
    return { inUse: BigInt(this.#used.size), available: this.#high - this.#low + 1n - within };
  }

  #wished(text: string): bigint {
    const address = parseAddress(text);
    if (address === null || !contains(this.subnet, address)) {
      throw invalid(`invalid address ${text}: It does not belong to any of this network's subnets`);
    }
    if (this.#used.has(address.value)) throw forbidden('Address already in use');
    return address.value;
  }

  #lowestFree(): bigint {
    let value = this.#hint;
    while (value <= this.#high && this.#used.has(value)) value += 1n;
    this.#hint = value;
    if (value <= this.#high) return value;
    throw notFound(`no available addresses on address pool ${formatCidr(this.subnet)}`);
  }

  /** Point-to-point subnets (RFC 3021, RFC 6164) and single addresses have no ends to spare. */
  #ends(): IpAddress[] {
    const first = firstOf(this.subnet);
    const last = lastOf(this.subnet);
    if (last.value - first.value < 2n) return [];
    return this.subnet.address.version === 4 ? [first, last] : [first];
  }

  #isEnd(value: bigint): boolean {
    return this.#ends().some((end) => end.value === value);
  }

  #reserveEnds(): void {
    for (const { value } of this.#ends()) this.#used.add(value);
  }
}
