import type { Attached } from '../../drivers/network/contract.ts';
import { internal } from '../../errors/minke-error.ts';
import { allocate } from './allocate.ts';
import { attach, openNames } from './attach.ts';
import type { JoinRequest } from './contract.ts';
import { interfaceDefaults } from './interface-defaults.ts';
import type { Namespace } from './namespaces.ts';
import type { NetworkRecord, SandboxRecord } from './records.ts';
import type { NetworkState } from './state.ts';
import { allOrNothing, type Undo } from './undo.ts';

const draftSandbox = (request: JoinRequest, { id, path }: Namespace): SandboxRecord => ({
  id,
  container: request.container,
  name: request.name,
  hostname: request.hostname,
  namespace: path,
  withoutIPv6: request.sysctls['net.ipv6.conf.all.disable_ipv6'] === '1',
  endpoints: [],
  dns: [...(request.dns ?? [])],
  ownDns: request.ownDns ?? false,
  ndots: request.ndots ?? false,
  exposed: request.exposed.map(({ proto, port }) => ({ proto, port })),
  requested: request.ports.map((port) => ({ ...port })),
  bindings: [],
});

async function register(state: NetworkState, record: SandboxRecord, undo: Undo): Promise<void> {
  const { sandboxes } = state.options;
  state.sandboxes.set(record.container, record);
  undo.push(async () => {
    state.sandboxes.delete(record.container);
    await sandboxes.delete(record.container);
  });
  await sandboxes.put(record.container, record);
}

/** Answers when all interfaces work, with what makes their ports work. */
async function attachAll(
  state: NetworkState,
  record: SandboxRecord,
  undo: Undo,
): Promise<() => Promise<void>> {
  const all: Attached[] = [];
  for (const endpoint of record.endpoints) all.push(await attach(state, record, endpoint, undo));
  return async () => {
    await Promise.all(all.map(({ publish }) => publish()));
  };
}

/** One in which interfaces were made already is of no use where the container has wishes for all of its interfaces. */
async function namespaceWith(state: NetworkState, sysctls: JoinRequest['sysctls']): Promise<Namespace> {
  const namespace = await state.namespaces.bare();
  try {
    await state.options.stack.run(interfaceDefaults(sysctls, namespace.path));
    return namespace;
  } catch (error) {
    state.namespaces.give(namespace.path);
    throw error;
  }
}

async function build(
  state: NetworkState,
  request: JoinRequest,
  networks: readonly NetworkRecord[],
  undo: Undo,
): Promise<SandboxRecord> {
  const plain = interfaceDefaults(request.sysctls, '').length === 0;
  const namespace = await (plain ? state.namespaceFor(networks[0]) : namespaceWith(state, request.sysctls));
  undo.push(async () => state.namespaces.give(namespace.path));
  const draft = draftSandbox(request, namespace);
  const record = await allocate(state, { draft, request, networks, first: namespace.endpoint }, undo);
  // On disk before the kernel is touched.
  await register(state, record, undo);
  // Both at once: neither needs the other, and different processes do them. None may go on while it is taken back.
  const [attached, named] = await Promise.allSettled([
    attachAll(state, record, undo),
    openNames(state, record, undo),
  ]);
  if (attached.status === 'rejected') throw attached.reason;
  if (named.status === 'rejected') throw named.reason;
  const publish = attached.value;
  if (request.publishLater) state.unpublished.set(record.container, publish);
  else await publish();
  return record;
}

export function joinContainer(state: NetworkState, request: JoinRequest): Promise<SandboxRecord> {
  const { container, endpoints } = request;
  return state.locks.run(container, () => {
    if (state.sandboxes.has(container)) throw internal(`container ${container} has its networking already`);
    return state.needing(endpoints, (networks) =>
      allOrNothing(state.warner('undoing a failed start'), async (undo) => {
        const record = await build(state, request, networks, undo);
        for (const { network } of record.endpoints) state.announceEndpoint('connect', network, container);
        return record;
      }),
    );
  });
}
