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

/** Links of the default network: the other container must run there. Throws `conflict`. */
export function linksOf(state: NetworkState, sandbox: SandboxRecord, endpoint: EndpointRecord): Linked[] {
  const network = state.networks.get(endpoint.network);
  if (network === undefined || !network.predefined) return [];
  return endpoint.links.map((text) => {
    const { target, alias } = parseLink(text);
    const found = state.endpointsIn(network.id).find((other) => isLinkTarget(target, other.sandbox));
    if (found !== undefined) return { alias, ...found };
    const elsewhere = [...state.sandboxes.values()].find((other) => isLinkTarget(target, other));
    if (elsewhere !== undefined) {
      throw conflict(`container ${elsewhere.container} not attached to default bridge network`);
    }
    throw conflict(`Cannot link to a non running container: /${target} AS /${sandbox.name}/${alias}`);
  });
}
