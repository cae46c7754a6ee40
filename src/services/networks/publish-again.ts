/** Other ports of a running container are published from now on. */
import { conflict } from '../../errors/minke-error.ts';
import type { ProxySpec } from '../../wire/keeper.ts';
import type { PublishRequest } from './contract.ts';
import { entrances } from './entrance.ts';
import { replaceRecord, restateEndpoints } from './follow.ts';
import { givePorts, holdPorts, takePorts } from './publish.ts';
import { publishChange } from './publish-change.ts';
import type { SandboxRecord } from './records.ts';
import type { NetworkState } from './state.ts';
import { allOrNothing, type Undo } from './undo.ts';

async function changed(
  state: NetworkState,
  before: SandboxRecord,
  { ports, exposed }: PublishRequest,
  undo: Undo,
): Promise<SandboxRecord> {
  const ways = entrances(before.endpoints, state);
  const { kept, keptBindings, added, goneBindings } = publishChange(
    before,
    ports.map((port) => ({ ...port })),
  );
  // Ports that go may come again at once, for another port of the container: they are free for the new ones.
  givePorts(goneBindings, state.ports);
  undo.push(async () => holdPorts(goneBindings, state.ports));
  const reachable = ways.ipv4 !== null || ways.ipv6 !== null;
  const taken = reachable ? await takePorts(added, ways, before.name, state.publishing) : [];
  undo.push(async () => givePorts(taken, state.ports));
  if (added.length + goneBindings.length === 0 && kept.length === before.requested.length) return before;
  return {
    ...before,
    exposed: exposed.map(({ proto, port }) => ({ proto, port })),
    requested: [...kept, ...added],
    bindings: [...keptBindings, ...taken],
  };
}

/**
 * All or nothing; connections to ports that stay are not disturbed. `listen` has the userland proxies stated.
 * @throws conflict, where the container does not run or a port is taken
 */
export function publishAgain(
  state: NetworkState,
  container: string,
  request: PublishRequest,
  listen: (proxies: readonly ProxySpec[]) => Promise<void>,
): Promise<void> {
  return state.locks.run(container, async () => {
    const before = state.sandboxes.get(container);
    if (before === undefined) throw conflict(`container ${container} is not running`);
    await allOrNothing(state.warner('undoing a change of published ports'), async (undo) => {
      const after = await changed(state, before, request, undo);
      if (after === before) return listen(state.proxies(before));
      await replaceRecord(state, before, after, undo);
      undo.push(() => listen(state.proxies(before)));
      await listen(state.proxies(after));
      await restateEndpoints(state, before, after, undo);
    });
  });
}
