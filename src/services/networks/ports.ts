/** Ports of the host that are given to containers. */
import { versionOf } from '../../kit/ip/address.ts';

export type Protocol = 'tcp' | 'udp' | 'sctp';

export interface PortWish {
  readonly proto: Protocol;
  /** Addresses on which the same number must be free. */
  readonly addresses: readonly string[];
  /** Both 0: any of the dynamic range. */
  readonly first: number;
  readonly last: number;
}

const wildcards: readonly string[] = ['0.0.0.0', '::'];

/** An address and all addresses of its version clash. */
const clash = (a: string, b: string): boolean =>
  versionOf(a) === versionOf(b) && (a === b || wildcards.includes(a) || wildcards.includes(b));

export class PortTable {
  readonly #range: readonly [number, number];
  /** `tcp 8080` → addresses. */
  readonly #taken = new Map<string, string[]>();
  readonly #next = new Map<Protocol, number>();

  /** @param range the kernel's range for ports that nobody named (ip_local_port_range) */
  constructor(range: readonly [number, number]) {
    this.#range = range;
  }

  isFree(proto: Protocol, addresses: readonly string[], port: number): boolean {
    return this.holder(proto, addresses, port) === undefined;
  }

  /** The address at which somebody has the port who is in the way. */
  holder(proto: Protocol, addresses: readonly string[], port: number): string | undefined {
    const taken = this.#taken.get(`${proto} ${port}`) ?? [];
    return taken.find((other) => addresses.some((address) => clash(address, other)));
  }

  take(proto: Protocol, addresses: readonly string[], port: number): void {
    const key = `${proto} ${port}`;
    this.#taken.set(key, [...(this.#taken.get(key) ?? []), ...addresses]);
  }

  give(proto: Protocol, address: string, port: number): void {
    const key = `${proto} ${port}`;
    const taken = this.#taken.get(key) ?? [];
    const at = taken.indexOf(address);
    if (at === -1) return;
    const rest = taken.toSpliced(at, 1);
    if (rest.length === 0) this.#taken.delete(key);
    else this.#taken.set(key, rest);
  }

  /**
   * Free ports for the wish, best first: in a dynamic range they go on behind the one given last, so that a port which
   * was just given back rests for a while.
   */
  *candidates({ proto, addresses, first, last }: PortWish): Generator<number> {
    const dynamic = first === 0;
    const [low, high] = dynamic ? this.#range : [first, last];
    const length = high - low + 1;
    const start = dynamic ? (this.#next.get(proto) ?? low) - low : 0;
    for (let step = 0; step < length; step += 1) {
      const port = low + ((start + step) % length);
      if (!this.isFree(proto, addresses, port)) continue;
      if (dynamic) this.#next.set(proto, port + 1 > high ? low : port + 1);
      yield port;
    }
  }
}
