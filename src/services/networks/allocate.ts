/** Addresses and ports for a container. */
import type { EndpointRequest, JoinRequest } from './contract.ts';
import { giveEndpoint, takeEndpoint } from './endpoint.ts';
import { entrances, factsOfNetwork } from './entrance.ts';
import { givePorts, takePorts } from './publish.ts';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from './records.ts';
import { type NetworkState, newId } from './state.ts';
import type { Undo } from './undo.ts';

/** What a start asks for. */
export interface Wanted {
  /** All but endpoints and bindings. */
  readonly draft: SandboxRecord;
  readonly request: JoinRequest;
  /** One for each endpoint of the request. */
  readonly networks: readonly NetworkRecord[];
  /** Id of the first endpoint. */
  readonly first: string;
}

export interface Place {
  readonly id: string;
  /** Endpoints that the container has already. */
  readonly others: readonly EndpointRecord[];
  readonly withoutIPv6: boolean;
}

export async function allocateEndpoint(
  state: NetworkState,
  network: NetworkRecord,
  wish: EndpointRequest,
  { id, others, withoutIPv6 }: Place,
  undo: Undo,
): Promise<EndpointRecord> {
  const driver = state.driver(network);
  const ipam = state.pools(network);
  const endpoint = await takeEndpoint(ipam, network, wish, {
    id,
    attaches: driver.attaches,
    ownMac: driver.ownMac,
    linkPrefix: driver.linkPrefix(factsOfNetwork(network)),
    takenLinks: others.map(({ link }) => link),
    withoutIPv6,
  });
  undo.push(() => giveEndpoint(ipam, network, endpoint));
  return endpoint;
}

/** Ports of the host for what the container wants published, at its entrance. */
export async function allocatePorts(
  state: NetworkState,
  sandbox: SandboxRecord,
  undo: Undo,
): Promise<SandboxRecord> {
  const ways = entrances(sandbox.endpoints, state);
  const bindings = await takePorts(sandbox.requested, ways, sandbox.name, state.publishing);
  undo.push(async () => givePorts(bindings, state.ports));
  return { ...sandbox, bindings };
}

async function allocateNow(
  state: NetworkState,
  { draft, request, networks, first }: Wanted,
  undo: Undo,
): Promise<SandboxRecord> {
  const endpoints: EndpointRecord[] = [];
  for (const [index, network] of networks.entries()) {
    const wish = request.endpoints[index];
    if (wish === undefined) continue;
    const place = { id: index === 0 ? first : newId(), others: endpoints, withoutIPv6: draft.withoutIPv6 };
    endpoints.push(await allocateEndpoint(state, network, wish, place, undo));
  }
  return allocatePorts(state, { ...draft, endpoints }, undo);
}

/** Where something is not free, leaves under way may still bring it. */
export async function allocate(state: NetworkState, wanted: Wanted, undo: Undo): Promise<SandboxRecord> {
  const mark = undo.length;
  try {
    return await allocateNow(state, wanted, undo);
  } catch (error) {
    if (state.leaving.size === 0) throw error;
    await undo.run(state.warner('undoing an allocation'), mark);
    await state.settled();
    return allocateNow(state, wanted, undo);
  }
}
