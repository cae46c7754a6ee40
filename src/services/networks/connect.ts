import { conflict, forbidden, internal, invalid } from '../../errors/minke-error.ts';
import type { EndpointSettings } from '../../wire/generated/engine-api.ts';
import { allocateEndpoint } from './allocate.ts';
import { attach, stateNames } from './attach.ts';
import { checkEndpointRequest } from './check-endpoint.ts';
import type { EndpointRequest } from './contract.ts';
import { giveEndpoint } from './endpoint.ts';
import { findNetwork } from './find.ts';
import { followPorts, replaceRecord, restateEndpoints } from './follow.ts';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from './records.ts';
import { showEndpoint } from './show.ts';
import { type NetworkState, newId } from './state.ts';
import { allOrNothing, Undo } from './undo.ts';

const privateMode =
  'container cannot be connected to multiple networks with one of the networks in private (none) mode';

const unattachable = ({ driver }: NetworkRecord): string =>
  driver === 'host'
    ? 'cannot connect container to host network - container must be created in host network mode'
    : privateMode;

function check(state: NetworkState, { name, endpoints }: SandboxRecord, network: NetworkRecord): void {
  if (endpoints.some((endpoint) => endpoint.network === network.id)) {
    throw forbidden(`endpoint with name ${name} already exists in network ${network.name}`);
  }
  if (!state.driver(network).attaches) throw invalid(unattachable(network));
  if (!endpoints.every((endpoint) => state.attaches(endpoint))) throw invalid(privateMode);
}

const pending = (endpoint: EndpointRecord): EndpointRecord => ({ ...endpoint, pending: true });

async function connect(
  state: NetworkState,
  before: SandboxRecord,
  network: NetworkRecord,
  wish: EndpointRequest,
  undo: Undo,
): Promise<EndpointSettings> {
  const place = { id: newId(), others: before.endpoints, withoutIPv6: before.withoutIPv6 };
  const endpoint = await allocateEndpoint(state, network, wish, place, undo);
  const endpoints = [...before.endpoints, endpoint];
  const after = await followPorts(state, { ...before, endpoints }, undo);
  // Should the daemon die from here on, the next one takes it out again.
  const half = { ...after, endpoints: [...before.endpoints, pending(endpoint)] };
  await replaceRecord(state, before, after, undo, half);
  const { publish } = await attach(state, after, endpoint, undo);
  await publish();
  undo.push(() => stateNames(state, before));
  await stateNames(state, after);
  await restateEndpoints(state, before, after, undo);
  await state.options.sandboxes.put(after.container, after);
  state.announceEndpoint('connect', network.id, before.container);
  return showEndpoint(endpoint, network, after);
}

export function connectContainer(
  state: NetworkState,
  container: string,
  wish: EndpointRequest,
): Promise<EndpointSettings> {
  return state.locks.run(container, () =>
    state.needing([wish], async ([network]) => {
      const before = state.sandboxes.get(container);
      if (before === undefined || network === undefined)
        throw conflict(`container ${container} is not running`);
      check(state, before, network);
      checkEndpointRequest(wish, network, state.driver(network));
      return allOrNothing(state.warner('undoing a failed connect'), (undo) =>
        connect(state, before, network, wish, undo),
      );
    }),
  );
}

export function disconnectContainer(
  state: NetworkState,
  container: string,
  reference: string,
): Promise<void> {
  return state.locks.run(container, async () => {
    const network = findNetwork(state.networks, reference);
    const before = state.sandboxes.get(container);
    const endpoint = before?.endpoints.find((each) => each.network === network.id);
    if (before === undefined || endpoint === undefined) {
      throw internal(`container ${container} is not connected to network ${network.name}`);
    }
    const endpoints = before.endpoints.filter(({ id }) => id !== endpoint.id);
    const after = await allOrNothing(state.warner('undoing a failed disconnect'), (undo) =>
      followPorts(state, { ...before, endpoints }, undo),
    );
    // From here on half a disconnect is not taken back: what is left of it goes with the container.
    const undo = new Undo();
    // Should the daemon die here, the next one brings it to its end.
    await state.options.sandboxes.put(container, { ...before, endpoints: [...endpoints, pending(endpoint)] });
    // Before its address is somebody else's.
    await stateNames(state, after);
    await state.driver(network).detach(endpoint.id, { namespace: before.namespace, keep: true });
    await replaceRecord(state, before, after, undo);
    await giveEndpoint(state.pools(network), network, endpoint);
    await restateEndpoints(state, before, after, undo);
    state.announceEndpoint('disconnect', network.id, container);
  });
}
