import { conflict } from '../../errors/minke-error.ts';
import type { Linked } from './entrance.ts';
import type { EndpointRecord, SandboxRecord } from './records.ts';
import type { NetworkState } from './state.ts';

/** `container:alias`; the alias is the container where none is given. */
export function parseLink(text: string): { target: string; alias: string } {
  const [target = '', alias = target] = text.replace(/^\//, '').split(':');
  return { target, alias };
}

/** True where the target of a link is this container. */
export const isLinkTarget = (target: string, { name, container }: SandboxRecord): boolean =>
  target !== '' && (name === target || container.startsWith(target));

/** Links of the default network to containers that run there now. */
export function linksOf(state: NetworkState, endpoint: EndpointRecord): Linked[] {
  const network = state.networks.get(endpoint.network);
  if (network === undefined || !network.predefined) return [];
  return endpoint.links.flatMap((text): Linked[] => {
    const { target, alias } = parseLink(text);
    const found = state.endpointsIn(network.id).find((other) => isLinkTarget(target, other.sandbox));
    return found === undefined ? [] : [{ alias, ...found }];
  });
}

/** For who comes into the default network: all that it links to must run there. Throws `conflict`. */
export function checkLinks(state: NetworkState, { name }: SandboxRecord, endpoint: EndpointRecord): void {
  if (!state.networks.get(endpoint.network)?.predefined) return;
  for (const { target, alias } of endpoint.links.map(parseLink)) {
    const found = [...state.sandboxes.values()].find((other) => isLinkTarget(target, other));
    if (found === undefined) {
      throw conflict(`Cannot link to a non running container: /${target} AS /${name}/${alias}`);
    }
    if (!found.endpoints.some(({ network }) => network === endpoint.network)) {
      throw conflict(`container ${found.container} not attached to default bridge network`);
    }
  }
}
