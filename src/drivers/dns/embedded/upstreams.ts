/** Whom to ask for names that are not the engine's. */
import type { NameSpec } from '../../../wire/names.ts';
import type { Upstream } from '../contract.ts';

/** As many as Docker asks. */
const most = 3;

/**
 * Servers of the host are asked from the host, others from inside the container, as only they may be reachable from
 * there. In this order.
 * @param own the resolver's own address, at which nobody else is to be found
 * @param host servers of the host's resolv.conf, now
 */
export function upstreamsOf(
  { servers, outside }: Pick<NameSpec, 'servers' | 'outside'>,
  own: string,
  host: readonly string[],
): Upstream[] {
  return (servers.length > 0 ? servers : host)
    .flatMap((address): Upstream[] => {
      // Who is in internal networks alone must not get out by way of the host's resolver.
      if (host.includes(address)) return outside ? [{ address, from: 'host' }] : [];
      return address === own ? [] : [{ address, from: 'container' }];
    })
    .slice(0, most);
}
