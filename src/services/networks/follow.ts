/** What follows where a running container's endpoints change: published ports and default routes. */
import { allocatePorts } from './allocate.ts';
import { entrances, factsOfEndpoint } from './entrance.ts';
import { linksOf } from './links.ts';
import { givePorts } from './publish.ts';
import type { SandboxRecord } from './records.ts';
import type { NetworkState } from './state.ts';
import type { Undo } from './undo.ts';

/** Ports stay where there still is an entrance, go with the last one and are taken again with the first. */
export async function followPorts(
  state: NetworkState,
  sandbox: SandboxRecord,
  undo: Undo,
): Promise<SandboxRecord> {
  const { ipv4, ipv6 } = entrances(sandbox.endpoints, state);
  if (ipv4 === null && ipv6 === null) return { ...sandbox, bindings: [] };
  if (sandbox.bindings.length > 0 || sandbox.requested.length === 0) return sandbox;
  return allocatePorts(state, sandbox, undo);
}

/** @param written what the disk is to hold meanwhile */
export async function replaceRecord(
  state: NetworkState,
  before: SandboxRecord,
  after: SandboxRecord,
  undo: Undo,
  written = after,
): Promise<void> {
  const { sandboxes } = state.options;
  state.sandboxes.set(after.container, after);
  undo.push(async () => {
    state.sandboxes.set(before.container, before);
    await sandboxes.put(before.container, before);
  });
  await sandboxes.put(after.container, written);
}

/** States routes and ports anew of the endpoints that both have. */
export async function restateEndpoints(
  state: NetworkState,
  before: SandboxRecord,
  after: SandboxRecord,
  undo: Undo,
): Promise<void> {
  const common = after.endpoints.filter(
    (endpoint) => before.endpoints.includes(endpoint) && state.attaches(endpoint),
  );
  const restate = async (sandbox: SandboxRecord): Promise<void> => {
    for (const endpoint of common) {
      const network = state.networks.get(endpoint.network);
      if (network === undefined) continue;
      const facts = factsOfEndpoint(endpoint, sandbox, state, linksOf(state, sandbox, endpoint));
      await state.driver(network).update(facts, sandbox.namespace);
    }
  };
  undo.push(() => restate(before));
  await restate(after);
}

/** The same where the last entrance may have gone, and all ports with it. */
export async function followEntrance(
  state: NetworkState,
  before: SandboxRecord,
  after: SandboxRecord,
  undo: Undo,
): Promise<void> {
  await restateEndpoints(state, before, after, undo);
  if (after.bindings.length === 0) givePorts(before.bindings, state.ports);
}
