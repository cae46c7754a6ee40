import { forbidden, invalid, notFound } from '../../../errors/minke-error.ts';
import { type Cidr, covers, formatCidr, networkOf, overlaps, parseCidr } from '../../../kit/ip/cidr.ts';
import type { IpamDriver, PoolRequest, PoolUsage } from '../contract.ts';
import { type DefaultPool, defaultPools, firstFreeSubnet } from './default-pools.ts';
import { AddressPool } from './pool.ts';

function cidrOf(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === null) throw invalid(`invalid CIDR notation: ${text}`);
  return networkOf(cidr);
}

/** Pools and addresses in memory. */
export class DefaultIpam implements IpamDriver {
  readonly name = 'default';
  readonly #pools = new Map<string, AddressPool>();
  readonly #defaults: ReturnType<typeof defaultPools>;

  /**
   * @param options.defaultPools `default-address-pools` of the settings; empty for Docker's own
   * @param options.hostId anything that stays the same on this host: the IPv6 default pool is derived from it
   */
  constructor(options: { defaultPools: readonly DefaultPool[]; hostId: string }) {
    this.#defaults = defaultPools(options.defaultPools, options.hostId);
  }

  async requestPool(request: PoolRequest): Promise<string> {
    const subnet = request.subnet === null ? this.#unused(request) : cidrOf(request.subnet);
    const range = request.range === null ? null : cidrOf(request.range);
    if (range !== null && !covers(subnet, range)) {
      throw invalid(
        `invalid ip-range ${request.range}: parent subnet ${formatCidr(subnet)} doesn't contain ip-range`,
      );
    }
    if (this.#taken().some((other) => overlaps(other, subnet))) {
      throw forbidden('invalid pool request: Pool overlaps with other one on this address space');
    }
    const key = formatCidr(subnet);
    this.#pools.set(key, new AddressPool(subnet, range));
    return key;
  }

  async releasePool(subnet: string): Promise<void> {
    this.#pools.delete(subnet);
  }

  async requestAddress(subnet: string, address: string | null): Promise<string> {
    const pool = this.#pools.get(subnet);
    if (pool === undefined) throw notFound(`no address pool ${subnet}`);
    return pool.take(address);
  }

  async releaseAddress(subnet: string, address: string): Promise<void> {
    this.#pools.get(subnet)?.give(address);
  }

  async usage(subnet: string): Promise<PoolUsage> {
    const pool = this.#pools.get(subnet);
    if (pool === undefined) throw notFound(`no address pool ${subnet}`);
    return pool.usage();
  }

  #unused({ version, range, avoid }: PoolRequest): Cidr {
    if (range !== null) throw invalid('invalid subnet : invalid CIDR block notation');
    const taken = [...this.#taken(), ...avoid.map(cidrOf)];
    const subnet = firstFreeSubnet(this.#defaults, version, taken);
    if (subnet === null) throw invalid('all predefined address pools have been fully subnetted');
    return subnet;
  }

  #taken(): Cidr[] {
    return [...this.#pools.values()].map(({ subnet }) => subnet);
  }
}
