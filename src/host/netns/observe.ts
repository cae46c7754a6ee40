import { decodeAddress, getAddresses } from '../netlink/address.ts';
import { decodeLink, getLinks } from '../netlink/link.ts';
import { decodeRoute, getRoutes } from '../netlink/route.ts';
import type { NetlinkSocket } from '../netlink/socket.ts';
import type { LinkState, NetworkState, RouteState } from './contract.ts';

/** RT_SCOPE_LINK. */
const linkScope = 253;

/** Links, addresses and routes of the socket's namespace. */
export function observe(socket: NetlinkSocket): NetworkState {
  const links = socket.query(getLinks()).flatMap((message) => decodeLink(message) ?? []);
  const addresses = socket.query(getAddresses()).flatMap((message) => decodeAddress(message) ?? []);
  const routes = socket.query(getRoutes()).flatMap((message) => decodeRoute(message) ?? []);
  const names = new Map(links.map(({ index, name }) => [index, name]));
  return {
    links: links.map(
      ({ master, ...link }): LinkState => ({
        ...link,
        master: names.get(master) ?? null,
        addresses: addresses
          .filter(({ index, scope }) => index === link.index && scope !== linkScope)
          .map(({ cidr }) => cidr),
      }),
    ),
    routes: routes.map(({ link, to, via }): RouteState => ({ link: names.get(link) ?? '', to, via })),
  };
}
