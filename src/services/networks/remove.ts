import { forbidden } from '../../errors/minke-error.ts';
import type { Filters } from './contract.ts';
import { factsOfNetwork } from './entrance.ts';
import { findNetwork } from './find.ts';
import { prunable } from './match.ts';
import type { NetworkRecord } from './records.ts';
import type { NetworkState } from './state.ts';
import { giveSubnets } from './subnets.ts';

function checkUnused(state: NetworkState, { id, name, predefined, configOnly }: NetworkRecord): void {
  if (predefined) throw forbidden(`${name} is a pre-defined network and cannot be removed`);
  const users = [...state.networks.values()].filter(({ configFrom }) => configOnly && configFrom === name);
  if (users.length > 0) {
    throw forbidden(`error while removing network: configuration network "${name}" is in use`);
  }
  if (!state.inUse(id)) return;
  const endpoints = state
    .endpointsIn(id)
    .map(({ sandbox, endpoint }) => `name:"${sandbox.name}" id:"${endpoint.id.slice(0, 12)}"`);
  throw forbidden(
    `error while removing network: network ${name} has active endpoints (${endpoints.join(', ')})`,
  );
}

async function close(state: NetworkState, network: NetworkRecord): Promise<void> {
  if (!network.configOnly) {
    await state.driver(network).close(factsOfNetwork(network));
    await giveSubnets(state.pools(network), network.subnets);
  }
  await state.options.networks.delete(network.id);
}

export async function removeNetwork(state: NetworkState, reference: string): Promise<void> {
  await state.settled();
  const network = findNetwork(state.networks, reference);
  checkUnused(state, network);
  // From here on nobody can join it.
  state.networks.delete(network.id);
  try {
    await close(state, network);
  } catch (error) {
    state.networks.set(network.id, network);
    throw error;
  }
  state.announce('destroy', network);
}

export async function pruneNetworks(state: NetworkState, filters: Filters): Promise<{ deleted: string[] }> {
  const mayGo = prunable(filters, state.options.now());
  await state.settled();
  const deleted: string[] = [];
  for (const network of [...state.networks.values()]) {
    if (!mayGo(network) || state.inUse(network.id)) continue;
    try {
      await removeNetwork(state, network.id);
      deleted.push(network.name);
    } catch (error) {
      state.options.warn(`network ${network.name} can't be pruned`, error);
    }
  }
  return { deleted };
}
