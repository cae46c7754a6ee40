/** Other limits for a running container's traffic. */
import { conflict, invalid, notFound } from '../../errors/minke-error.ts';
import { findNetwork } from './find.ts';
import { replaceRecord } from './follow.ts';
import { isLimit, limitsOf, type Options } from './limits.ts';
import type { SandboxRecord } from './records.ts';
import { checkLimits, shapeEndpoint } from './shape.ts';
import type { NetworkState } from './state.ts';
import { Undo } from './undo.ts';

/** Options with some changed; an empty value takes one away. @throws invalid, for options that can't change */
export function changedLimits(before: Options, change: Options): Record<string, string> {
  const after = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(change)) {
    if (!isLimit(key)) throw invalid(`option ${key} can't be changed while there are containers`);
    if (value === '') after.delete(key);
    else after.set(key, value);
  }
  return Object.fromEntries(after);
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
    const undo = new Undo();
    try {
      await replaceRecord(state, before, after, undo);
      const old = limitsOf(network.options, endpoint.driverOpts);
      const now = limitsOf(network.options, next.driverOpts);
      undo.push(() => shapeEndpoint(state, before, endpoint, network, now));
      await shapeEndpoint(state, after, next, network, old);
    } catch (error) {
      await undo.run((failure) => state.options.warn('undoing a change of limits', failure));
      throw error;
    }
  });
}
