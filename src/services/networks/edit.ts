/** Changes of a network that containers are in. */
import { forbidden, invalid } from '../../errors/minke-error.ts';
import { stateNames } from './attach.ts';
import type { NetworkEdit } from './contract.ts';
import { factsOfNetwork } from './entrance.ts';
import { findNetwork } from './find.ts';
import { changedOptions, checkNetworkOptions, dnsKey, isLimit, limitsOf } from './limits.ts';
import type { NetworkRecord } from './records.ts';
import { checkLimits, shapeEndpoint } from './shape.ts';
import type { NetworkState } from './state.ts';
import { allOrNothing } from './undo.ts';

const mtuKey = 'com.docker.network.driver.mtu';

const isEditable = (key: string): boolean => isLimit(key) || key === dnsKey || key === mtuKey;

/** @throws forbidden, invalid */
export function editedNetwork(before: NetworkRecord, change: NetworkEdit): NetworkRecord {
  const fixed = Object.keys(change.options).find((key) => !isEditable(key));
  if (fixed !== undefined) throw invalid(`option ${fixed} of a network can't be changed`);
  if (before.predefined) {
    throw forbidden(`${before.name} is a pre-defined network; it is as the daemon's settings have it`);
  }
  if (before.configOnly) throw forbidden(`${before.name} is a configuration network and can't be changed`);
  const labels = new Map([...Object.entries(before.labels), ...Object.entries(change.labels)]);
  for (const key of change.labelsRemove) labels.delete(key);
  return {
    ...before,
    labels: Object.fromEntries(labels),
    attachable: change.attachable ?? before.attachable,
    options: changedOptions(before.options, change.options),
  };
}

function check(state: NetworkState, before: NetworkRecord, after: NetworkRecord): void {
  const driver = state.driver(after);
  driver.check(factsOfNetwork(after), []);
  checkNetworkOptions(after.options);
  checkLimits(driver, after.options, {});
  for (const { endpoint } of state.endpointsIn(after.id))
    checkLimits(driver, after.options, endpoint.driverOpts);
  if (before.options[mtuKey] !== after.options[mtuKey] && driver.edit === undefined) {
    throw invalid(`the ${driver.name} driver can't change the MTU of a network`);
  }
}

/** @param written what the disk is to hold meanwhile */
async function put(state: NetworkState, record: NetworkRecord, written = record): Promise<void> {
  state.networks.set(record.id, record);
  await state.options.networks.put(record.id, written);
}

/** Brings the kernel and the resolver from what one record says (null: from who knows what) to what the other does. */
async function follow(state: NetworkState, from: NetworkRecord | null, to: NetworkRecord): Promise<void> {
  const placed = state.endpointsIn(to.id);
  const differs = (key: string): boolean => from === null || from.options[key] !== to.options[key];
  if (differs(mtuKey)) {
    const endpoints = placed.map(({ sandbox, endpoint: { id, link } }) => ({
      id,
      link,
      namespace: sandbox.namespace,
    }));
    await state.driver(to).edit?.(factsOfNetwork(to), endpoints);
  }
  for (const { sandbox, endpoint } of placed) {
    const limits = from === null ? 'unknown' : limitsOf(from.options, endpoint.driverOpts);
    await shapeEndpoint(state, sandbox, endpoint, to, limits);
    if (differs(dnsKey)) await stateNames(state, sandbox);
  }
}

/** All or nothing, as far as the kernel lets itself be brought back. */
export function editNetwork(state: NetworkState, reference: string, change: NetworkEdit): Promise<void> {
  return state.making.run(async () => {
    const before = findNetwork(state.networks, reference);
    const after = editedNetwork(before, change);
    check(state, before, after);
    await allOrNothing(state.warner('undoing a change of a network'), async (undo) => {
      undo.push(async () => {
        // Unless it was removed meanwhile.
        if (state.networks.has(before.id)) await put(state, before);
      });
      // Should the daemon die from here on, the next one brings it to its end.
      await put(state, after, { ...after, changing: true });
      undo.push(() => follow(state, after, before));
      await follow(state, before, after);
      await put(state, after);
    });
    state.announce('update', after);
  });
}

/** At start: changes that a daemon's end cut short are brought to theirs. */
export async function finishEdits(state: NetworkState): Promise<void> {
  for (const network of [...state.networks.values()].filter(({ changing }) => changing)) {
    try {
      await follow(state, null, network);
      await put(state, { ...network, changing: false });
    } catch (error) {
      state.options.warn(`the change of network ${network.name} that was cut short can't be finished`, error);
    }
  }
}
