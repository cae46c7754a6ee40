import type {
  EndpointSettings,
  Network,
  NetworkStatus,
  NetworkSummary,
} from '../../wire/generated/engine-api.ts';
import type { ProxySpec } from '../../wire/keeper.ts';
import { forgetNames, stateNames } from './attach.ts';
import { checkEndpointRequest } from './check-endpoint.ts';
import { connectContainer, disconnectContainer } from './connect.ts';
import type {
  EndpointRequest,
  Filters,
  InterfaceCounters,
  JoinRequest,
  NetworkCreate,
  NetworkEdit,
  Networks,
  PublishRequest,
  Sandbox,
} from './contract.ts';
import { countersOf } from './counters.ts';
import { createNetwork } from './create.ts';
import { editNetwork, finishEdits } from './edit.ts';
import { findNetwork } from './find.ts';
import { joinContainer } from './join.ts';
import { leaveNetworks } from './leave.ts';
import { changedLimits, limitAgain } from './limit-again.ts';
import { linksOf } from './links.ts';
import { matchesNetwork } from './match.ts';
import { publishAgain } from './publish-again.ts';
import type { SandboxRecord } from './records.ts';
import { pruneNetworks, removeNetwork } from './remove.ts';
import { restoreNetworks } from './restore.ts';
import { showSandbox } from './sandbox.ts';
import { checkLimits } from './shape.ts';
import { showNetwork } from './show.ts';
import { type NetworkServiceOptions, NetworkState, newId } from './state.ts';
import { showUsage } from './usage.ts';

export type { NetworkServiceOptions } from './state.ts';

export class NetworkService implements Networks {
  readonly #state: NetworkState;

  constructor(options: NetworkServiceOptions) {
    this.#state = new NetworkState(options);
  }

  create(request: NetworkCreate): Promise<{ Id: string; Warning: string }> {
    return createNetwork(this.#state, request);
  }

  async list(filters: Filters): Promise<NetworkSummary[]> {
    return [...this.#state.networks.values()]
      .filter((network) => matchesNetwork(network, filters, this.#state.inUse(network.id)))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(showNetwork);
  }

  async inspect(
    reference: string,
    { verbose, scope }: { verbose: boolean; scope?: string },
  ): Promise<Network & { Status?: NetworkStatus }> {
    const here = scope === undefined || scope === '' || scope === 'local';
    const network = findNetwork(here ? this.#state.networks : new Map(), reference);
    const shown = showNetwork(network);
    if (!verbose || network.configOnly) return shown;
    return { ...shown, Status: await showUsage(this.#state.pools(network), network) };
  }

  remove(reference: string): Promise<void> {
    return removeNetwork(this.#state, reference);
  }

  prune(filters: Filters): Promise<{ deleted: string[] }> {
    return pruneNetworks(this.#state, filters);
  }

  async resolve(reference: string): Promise<{ id: string; name: string; driver: string }> {
    const { id, name, driver } = findNetwork(this.#state.networks, reference);
    return { id, name, driver };
  }

  checkEndpoint(request: EndpointRequest): void {
    const network = findNetwork(this.#state.networks, request.network);
    checkEndpointRequest(request, network, this.#state.driver(network));
  }

  async join(request: JoinRequest): Promise<Sandbox> {
    return this.#show(await joinContainer(this.#state, request));
  }

  async publishNow(container: string): Promise<void> {
    const { unpublished } = this.#state;
    const publish = unpublished.get(container);
    unpublished.delete(container);
    await publish?.();
  }

  leave(container: string): Promise<void> {
    return leaveNetworks(this.#state, container);
  }

  rename(container: string, name: string): Promise<void> {
    const { locks, sandboxes, options } = this.#state;
    return locks.run(container, async () => {
      const before = sandboxes.get(container);
      if (before === undefined) return;
      const after = { ...before, name };
      sandboxes.set(container, after);
      await options.sandboxes.put(container, after);
      await stateNames(this.#state, after);
    });
  }

  connect(container: string, request: EndpointRequest): Promise<EndpointSettings> {
    return connectContainer(this.#state, container, request);
  }

  disconnect(container: string, network: string): Promise<void> {
    return disconnectContainer(this.#state, container, network);
  }

  publish(
    container: string,
    request: PublishRequest,
    listen: (proxies: readonly ProxySpec[]) => Promise<void>,
  ): Promise<void> {
    return publishAgain(this.#state, container, request, listen);
  }

  limit(container: string, network: string, options: Readonly<Record<string, string>>): Promise<void> {
    return limitAgain(this.#state, container, network, options);
  }

  checkLimit(
    reference: string,
    before: Readonly<Record<string, string>>,
    change: Readonly<Record<string, string>>,
  ): Record<string, string> {
    const network = findNetwork(this.#state.networks, reference);
    const after = changedLimits(before, change);
    checkLimits(this.#state.driver(network), network.options, after);
    return after;
  }

  edit(reference: string, change: NetworkEdit): Promise<void> {
    return editNetwork(this.#state, reference, change);
  }

  counters(container: string): Promise<Record<string, InterfaceCounters>> {
    return countersOf(this.#state, container);
  }

  async restore(running: ReadonlySet<string>): Promise<void> {
    const state = this.#state;
    const { drivers, ipam, ports } = state;
    const forget = (container: string): Promise<void> => forgetNames(state, container);
    const found = await restoreNetworks({ ...state.options, drivers, ipam, ports, newId, forget }, running);
    for (const network of found.networks) state.networks.set(network.id, network);
    for (const sandbox of found.sandboxes) state.sandboxes.set(sandbox.container, sandbox);
    for (const sandbox of found.sandboxes) {
      await stateNames(state, sandbox).catch((error: unknown) => {
        state.options.warn(`container ${sandbox.name} has no name resolution`, error);
      });
    }
    await finishEdits(state);
    await state.namespaces.settle();
  }

  sandbox(container: string): Sandbox | null {
    const record = this.#state.sandboxes.get(container);
    return record === undefined ? null : this.#show(record);
  }

  proxies(container: string): readonly ProxySpec[] {
    const record = this.#state.sandboxes.get(container);
    return record === undefined ? [] : this.#state.proxies(record);
  }

  async close(): Promise<void> {
    const { namespaces, drivers, options } = this.#state;
    await this.#state.settled();
    await namespaces.close();
    for (const driver of drivers.values()) await driver.shutdown();
    await options.networks.settled();
    await options.sandboxes.settled();
  }

  #show(record: SandboxRecord): Sandbox {
    const state = this.#state;
    return showSandbox(record, state, {
      linked: record.endpoints.flatMap((endpoint) => linksOf(state, endpoint)),
      proxies: state.proxies(record),
      resolver: state.options.resolver?.address ?? null,
    });
  }
}
