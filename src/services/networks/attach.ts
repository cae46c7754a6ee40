import type { Attached } from '../../drivers/network/contract.ts';
import { internal } from '../../errors/minke-error.ts';
import { factsOfEndpoint } from './entrance.ts';
import { checkLinks, linksOf } from './links.ts';
import { nameSpec } from './names.ts';
import type { EndpointRecord, SandboxRecord } from './records.ts';
import { shapeEndpoint } from './shape.ts';
import type { NetworkState } from './state.ts';
import type { Undo } from './undo.ts';

/** Answers when the interface works; `publish` then makes its ports work. */
export async function attach(
  state: NetworkState,
  sandbox: SandboxRecord,
  endpoint: EndpointRecord,
  undo: Undo,
): Promise<Attached> {
  const network = state.networks.get(endpoint.network);
  if (network === undefined) throw internal(`network ${endpoint.network} has gone`);
  const driver = state.driver(network);
  if (!driver.attaches) return { publish: async () => {} };
  checkLinks(state, sandbox, endpoint);
  const facts = factsOfEndpoint(endpoint, sandbox, state, linksOf(state, endpoint));
  const attached = await driver.attach(facts, sandbox.namespace);
  undo.push(() => driver.detach(endpoint.id, { namespace: sandbox.namespace, keep: true }));
  await shapeEndpoint(state, sandbox, endpoint, network);
  return attached;
}

const specOf = (state: NetworkState, sandbox: SandboxRecord) =>
  nameSpec(sandbox, state, {
    host: state.options.namesForHost,
    open: state.resolving.has(sandbox.container),
  });

/** Tells the resolver what the container is called now, and has it answer there where the container wants that. */
export async function stateNames(state: NetworkState, sandbox: SandboxRecord): Promise<void> {
  const { resolver } = state.options;
  const { container } = sandbox;
  const spec = specOf(state, sandbox);
  if (resolver === null) return;
  if (spec === null) {
    await resolver.forget(container);
    return;
  }
  if (spec.namespace !== null) state.resolving.add(container);
  await resolver.state(container, spec);
}

/** The same for a container that just came. */
export async function openNames(state: NetworkState, sandbox: SandboxRecord, undo: Undo): Promise<void> {
  if (state.options.resolver === null || specOf(state, sandbox) === null) return;
  undo.push(() => forgetNames(state, sandbox.container));
  await stateNames(state, sandbox);
}

export async function forgetNames(state: NetworkState, container: string): Promise<void> {
  state.resolving.delete(container);
  await state.options.resolver?.forget(container);
}
