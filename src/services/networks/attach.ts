import { internal } from '../../errors/minke-error.ts';
import { factsOfEndpoint } from './entrance.ts';
import { linksOf } from './links.ts';
import { nameView, wantsResolver } from './names.ts';
import type { EndpointRecord, SandboxRecord } from './records.ts';
import type { NetworkState } from './state.ts';
import type { Undo } from './undo.ts';

/** Answers when the interface works; `published` tells when its ports do. */
export async function attach(
  state: NetworkState,
  sandbox: SandboxRecord,
  endpoint: EndpointRecord,
  undo: Undo,
): Promise<{ readonly published: Promise<void> }> {
  const network = state.networks.get(endpoint.network);
  if (network === undefined) throw internal(`network ${endpoint.network} has gone`);
  const driver = state.driver(network);
  if (!driver.attaches) return { published: Promise.resolve() };
  const facts = factsOfEndpoint(endpoint, sandbox, state, linksOf(state, sandbox, endpoint));
  const { published } = await driver.attach(facts, sandbox.namespace);
  undo.push(() => driver.detach(endpoint.id, { namespace: sandbox.namespace, keep: true }));
  return { published };
}

/** Name resolution for containers in user-defined networks. */
export async function openResolver(state: NetworkState, sandbox: SandboxRecord, undo: Undo): Promise<void> {
  const { resolver, hostNameservers } = state.options;
  const { container, namespace } = sandbox;
  if (resolver === null || !wantsResolver(sandbox, state)) return;
  const { networks, drivers, sandboxes } = state;
  undo.push(async () => resolver.close(container));
  await resolver.open(
    container,
    namespace,
    nameView(container, { networks, drivers, sandboxes, hostNameservers }),
  );
}
