/** What follows where a running container's endpoints change: published ports and default routes. */
import { entrances, factsOfEndpoint } from './entrance.ts';
import { linksOf } from './links.ts';
import { givePorts, holdPorts, takePorts } from './publish.ts';
import { rebind } from './rebind.ts';
import type { BindingRecord, SandboxRecord } from './records.ts';
import type { NetworkState } from './state.ts';
import type { Undo } from './undo.ts';

/** Bindings stay at addresses of the host that still lead in, go where none does, and come where one does now. */
export async function followPorts(
  state: NetworkState,
  sandbox: SandboxRecord,
  undo: Undo,
): Promise<SandboxRecord> {
  const ways = entrances(sandbox.endpoints, state);
  const rebound = rebind(sandbox, ways, state.publishing);
  const staying = new Set(rebound.flatMap(({ kept }) => kept));
  const gone = sandbox.bindings.filter((binding) => !staying.has(binding));
  // A port that goes may come again at once, at another address.
  givePorts(gone, state.ports);
  undo.push(async () => holdPorts(gone, state.ports));
  const bindings: BindingRecord[] = [];
  for (const { kept, open } of rebound) {
    const taken = await takePorts(open, ways, sandbox.name, state.publishing);
    undo.push(async () => givePorts(taken, state.ports));
    bindings.push(...kept, ...taken);
  }
  return { ...sandbox, bindings };
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
      const facts = factsOfEndpoint(endpoint, sandbox, state, linksOf(state, endpoint));
      await state.driver(network).update(facts, sandbox.namespace);
    }
  };
  undo.push(() => restate(before));
  await restate(after);
}
