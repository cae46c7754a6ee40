import type { NetworkCreate } from './contract.ts';
import { draftNetwork } from './draft.ts';
import { factsOfNetwork } from './entrance.ts';
import { checkNetworkOptions } from './limits.ts';
import type { NetworkRecord } from './records.ts';
import { checkLimits } from './shape.ts';
import { type NetworkState, newId } from './state.ts';
import { giveSubnets, takeSubnets } from './subnets.ts';

/** What the host can reach without a gateway: no pool is picked there. */
async function hostSubnets({ options: { stack } }: NetworkState): Promise<string[]> {
  const { routes } = await stack.state(null);
  return routes.map(({ to }) => to).filter((to) => !to.endsWith('/0') && !to.startsWith('fe80:'));
}

async function open(state: NetworkState, draft: NetworkRecord): Promise<NetworkRecord> {
  const driver = state.driver(draft);
  const ipam = state.pools(draft);
  const others = [...state.networks.values()]
    .filter((other) => other.driver === draft.driver && !other.configOnly)
    .map(factsOfNetwork);
  // Before anything is taken: options are read here too.
  driver.check(factsOfNetwork(draft), others);
  checkNetworkOptions(draft.options);
  checkLimits(driver, draft.options, {});
  const gateways = driver.gateways(factsOfNetwork(draft));
  const subnets = await takeSubnets(ipam, draft, { avoid: await hostSubnets(state), gateways });
  const record = { ...draft, subnets };
  try {
    driver.check(factsOfNetwork(record), others);
    await state.options.networks.put(record.id, record);
    await driver.open(factsOfNetwork(record));
    return record;
  } catch (error) {
    await state.options.networks.delete(record.id);
    await giveSubnets(ipam, subnets);
    throw error;
  }
}

export function createNetwork(
  state: NetworkState,
  request: NetworkCreate,
): Promise<{ Id: string; Warning: string }> {
  const { networks, drivers, ipam, options } = state;
  return state.making.run(async () => {
    await state.settled();
    const around = { networks, drivers, ipam, defaultOptions: options.defaultOptions };
    const draft = draftNetwork(request, around, { id: newId(), created: options.now() });
    const record = draft.configOnly ? draft : await open(state, draft);
    if (draft.configOnly) await options.networks.put(record.id, record);
    networks.set(record.id, record);
    state.announce('create', record);
    return { Id: record.id, Warning: '' };
  });
}
