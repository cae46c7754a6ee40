import { forgetNames } from './attach.ts';
import { giveEndpoint } from './endpoint.ts';
import { givePorts } from './publish.ts';
import type { SandboxRecord } from './records.ts';
import type { NetworkState } from './state.ts';

async function dismantle(state: NetworkState, sandbox: SandboxRecord): Promise<void> {
  const { container, namespace } = sandbox;
  // An open socket would keep the namespace alive.
  await forgetNames(state, container);
  state.unpublished.delete(container);
  await Promise.all(
    sandbox.endpoints.map(async (endpoint) => {
      const network = state.networks.get(endpoint.network);
      if (network === undefined) return;
      await state.driver(network).detach(endpoint.id, { namespace, keep: false });
      await giveEndpoint(state.pools(network), network, endpoint);
    }),
  );
  givePorts(sandbox.bindings, state.ports);
  state.namespaces.give(namespace);
  await state.options.sandboxes.delete(container);
}

/** Answers at once; what is given back is given back behind the answer, and waited for by who needs it. */
export async function leaveNetworks(state: NetworkState, container: string): Promise<void> {
  // Told twice: it goes already.
  if (state.leaving.has(container) && !state.sandboxes.has(container)) return;
  // What is under way for the container is waited for.
  if (state.locks.busy(container)) await state.locks.run(container, async () => {});
  const sandbox = state.sandboxes.get(container);
  if (sandbox === undefined) return;
  state.sandboxes.delete(container);
  for (const { network } of sandbox.endpoints) state.announceEndpoint('disconnect', network, container);
  const left = state.locks
    .run(container, () => dismantle(state, sandbox))
    .catch((error: unknown) => {
      state.options.warn(`networking of container ${container} can't be taken down`, error);
    })
    .finally(() => {
      if (state.leaving.get(container) === left) state.leaving.delete(container);
    });
  state.leaving.set(container, left);
}
