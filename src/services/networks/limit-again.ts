/** Other limits for a running container's traffic. */
import { conflict, invalid, notFound } from '../../errors/minke-error.ts';
import { findNetwork } from './find.ts';
import { replaceRecord } from './follow.ts';
import { changedOptions, isLimit, limitsOf, type Options } from './limits.ts';
import type { SandboxRecord } from './records.ts';
import { checkLimits, shapeEndpoint } from './shape.ts';
import type { NetworkState } from './state.ts';
import { allOrNothing } from './undo.ts';

/** @throws invalid, for options of an endpoint that can't change */
export function changedLimits(before: Options, change: Options): Record<string, string> {
  const fixed = Object.keys(change).find((key) => !isLimit(key));
  if (fixed !== undefined) throw invalid(`option ${fixed} can't be changed while there are containers`);
  return changedOptions(before, change);
}

export function limitAgain(
  state: NetworkState,
  container: string,
  reference: string,
  change: Options,
): Promise<void> {
  return state.locks.run(container, async () => {
    const network = findNetwork(state.networks, reference);
    const before = state.sandboxes.get(container);
    if (before === undefined) throw conflict(`container ${container} is not running`);
    const endpoint = before.endpoints.find((each) => each.network === network.id);
    if (endpoint === undefined) {
      throw notFound(`container ${before.name} is not connected to network ${network.name}`);
    }
    const next = { ...endpoint, driverOpts: changedLimits(endpoint.driverOpts, change) };
    checkLimits(state.driver(network), network.options, next.driverOpts);
    const after: SandboxRecord = {
      ...before,
      endpoints: before.endpoints.map((each) => (each === endpoint ? next : each)),
    };
    await allOrNothing(state.warner('undoing a change of limits'), async (undo) => {
      await replaceRecord(state, before, after, undo);
      const old = limitsOf(network.options, endpoint.driverOpts);
      const now = limitsOf(network.options, next.driverOpts);
      undo.push(() => shapeEndpoint(state, before, endpoint, network, now));
      await shapeEndpoint(state, after, next, network, old);
    });
  });
}
