/** Start-up: what records and kernel say is made one again. */
import { isDeepStrictEqual } from 'node:util';
import type { IpamDriver } from '../../drivers/ipam/contract.ts';
import type { GoneEndpoint, NetworkDriver } from '../../drivers/network/contract.ts';
import type { RecordStore } from '../../drivers/state/contract.ts';
import { messageOf } from '../../errors/minke-error.ts';
import type { NetworkStack } from '../../host/netns/contract.ts';
import { type DefaultBridgeSettings, defaultBridge, unattachedNetwork } from './default-bridge.ts';
import { retakeEndpoint } from './endpoint.ts';
import { factsOfEndpoint, factsOfNetwork, type Known } from './entrance.ts';
import type { PortTable } from './ports.ts';
import { holdPorts } from './publish.ts';
import type { PublishPolicy } from './publish-policy.ts';
import type { NetworkRecord, SandboxRecord } from './records.ts';
import { retakeSubnets, takeSubnets } from './subnets.ts';

export interface RestoreOptions {
  readonly networks: RecordStore<NetworkRecord>;
  readonly sandboxes: RecordStore<SandboxRecord>;
  readonly namespaceFolder: string;
  readonly stack: NetworkStack;
  readonly drivers: ReadonlyMap<string, NetworkDriver>;
  readonly ipam: ReadonlyMap<string, IpamDriver>;
  readonly ports: PortTable;
  readonly publishPolicy: PublishPolicy;
  readonly defaultBridge: DefaultBridgeSettings;
  /** Has no name of a container answered any more. */
  readonly forget: (container: string) => Promise<void>;
  readonly newId: () => string;
  readonly now: () => string;
  readonly warn: (message: string, error?: unknown) => void;
}

export interface Restored {
  readonly networks: readonly NetworkRecord[];
  readonly sandboxes: readonly SandboxRecord[];
}

export async function restoreNetworks(
  options: RestoreOptions,
  running: ReadonlySet<string>,
): Promise<Restored> {
  const { warn } = options;
  const [networks, sandboxes] = [await options.networks.load(), await options.sandboxes.load()];
  for (const warning of [...networks.warnings, ...sandboxes.warnings]) warn(warning);
  const all = [...sandboxes.records.values()];
  const before = all.filter(({ container }) => running.has(container));
  const kept = before.map(withoutPending);
  const gone = all.filter(({ container }) => !running.has(container));
  const records = await retakeNetworks(options, [...networks.records.values()], kept);
  const known: Known = {
    networks: new Map(records.map((record) => [record.id, record])),
    drivers: options.drivers,
    policy: options.publishPolicy,
  };
  await retakeSandboxes(options, kept, known);
  await restoreDrivers(options, known, kept, [...gone, ...before.map(pendingOnly)]);
  for (const { container, name } of gone) {
    await options.forget(container).catch((error: unknown) => {
      warn(`names of container ${name} can't be forgotten`, error);
    });
  }
  const namespaces = new Set(kept.map(({ namespace }) => namespace));
  const stray = (await options.stack.namespaces(options.namespaceFolder)).filter(
    (path) => !namespaces.has(path),
  );
  await options.stack.run(stray.map((path) => ({ do: 'remove-namespace', path })));
  for (const { container } of gone) await options.sandboxes.delete(container);
  for (const [index, sandbox] of kept.entries()) {
    if (sandbox !== before[index]) await options.sandboxes.put(sandbox.container, sandbox);
  }
  return { networks: records, sandboxes: kept };
}

/** Without the endpoints with which an earlier daemon came to no end. */
function withoutPending(sandbox: SandboxRecord): SandboxRecord {
  const endpoints = sandbox.endpoints.filter(({ pending }) => !pending);
  return endpoints.length === sandbox.endpoints.length ? sandbox : { ...sandbox, endpoints };
}

const pendingOnly = (sandbox: SandboxRecord): SandboxRecord => ({
  ...sandbox,
  endpoints: sandbox.endpoints.filter(({ pending }) => pending),
});

/** Pools of all networks again; the predefined ones are made where they are missing. */
async function retakeNetworks(
  options: RestoreOptions,
  found: readonly NetworkRecord[],
  kept: readonly SandboxRecord[],
): Promise<NetworkRecord[]> {
  const records: NetworkRecord[] = [];
  for (const network of found.filter(({ predefined }) => !predefined)) {
    const ipam = options.ipam.get(network.ipam.driver);
    try {
      if (ipam !== undefined) await retakeSubnets(ipam, network);
    } catch (error) {
      options.warn(`network ${network.name}: its addresses can't be taken again: ${messageOf(error)}`, error);
    }
    records.push(network);
  }
  const before = (name: string): NetworkRecord | undefined =>
    found.find((network) => network.predefined && network.name === name);
  for (const name of ['host', 'none'] as const) {
    const old = before(name);
    const record = old ?? unattachedNetwork(name, { id: options.newId(), created: options.now() });
    if (old === undefined) await options.networks.put(record.id, record);
    records.push(record);
  }
  const bridge = await retakeBridge(options, before('bridge'), kept);
  if (bridge !== null) records.push(bridge);
  return records;
}

/** The default network as the settings have it now, unless containers run in what it was. */
async function retakeBridge(
  options: RestoreOptions,
  old: NetworkRecord | undefined,
  kept: readonly SandboxRecord[],
): Promise<NetworkRecord | null> {
  const settings = options.defaultBridge;
  const inUse = kept.some(({ endpoints }) => endpoints.some(({ network }) => network === old?.id));
  if (settings.bridge === 'none' && !inUse) {
    if (old !== undefined) await options.networks.delete(old.id);
    return null;
  }
  const ipam = options.ipam.get('default');
  const driver = options.drivers.get('bridge');
  if (ipam === undefined || driver === undefined) return null;
  const start = old ?? { id: options.newId(), created: options.now() };
  const bySettings = defaultBridge(settings, [], start);
  const device = await driver.found(factsOfNetwork(bySettings));
  const wanted = defaultBridge(settings, device, start);
  const same = old !== undefined && [bySettings, wanted].some((record) => sameButSubnets(old, record));
  if (old !== undefined && (inUse || same)) {
    if (!same) options.warn('the default network keeps its old settings, as containers run in it');
    await retakeSubnets(ipam, old);
    return old;
  }
  const { routes } = await options.stack.state(null);
  const taken = routes.flatMap(({ to, link }) => (to.endsWith('/0') || link === settings.bridge ? [] : [to]));
  const gateways = driver.gateways(factsOfNetwork(wanted));
  const record = { ...wanted, subnets: await takeSubnets(ipam, wanted, { avoid: taken, gateways }) };
  await options.networks.put(record.id, record);
  return record;
}

const sameButSubnets = (a: NetworkRecord, b: NetworkRecord): boolean =>
  isDeepStrictEqual({ ...a, subnets: [] }, { ...b, subnets: [] });

async function retakeSandboxes(
  { ipam, ports, warn }: RestoreOptions,
  kept: readonly SandboxRecord[],
  { networks }: Known,
): Promise<void> {
  for (const sandbox of kept) {
    for (const endpoint of sandbox.endpoints) {
      const network = networks.get(endpoint.network);
      const driver = network === undefined ? undefined : ipam.get(network.ipam.driver);
      if (network === undefined || driver === undefined) {
        warn(`container ${sandbox.name}: its network ${endpoint.network} has gone`);
        continue;
      }
      await retakeEndpoint(driver, network, endpoint).catch((error: unknown) => {
        warn(`container ${sandbox.name}: its addresses can't be taken again: ${messageOf(error)}`, error);
      });
    }
    holdPorts(sandbox.bindings, ports);
  }
}

async function restoreDrivers(
  { drivers, warn }: RestoreOptions,
  known: Known,
  kept: readonly SandboxRecord[],
  gone: readonly SandboxRecord[],
): Promise<void> {
  for (const driver of drivers.values()) {
    const networks = [...known.networks.values()].filter(
      (network) => network.driver === driver.name && !network.configOnly,
    );
    const ids = new Set(networks.map(({ id }) => id));
    const placed = (sandboxes: readonly SandboxRecord[]): GoneEndpoint[] =>
      sandboxes.flatMap((sandbox) =>
        sandbox.endpoints
          .filter(({ network }) => driver.attaches && ids.has(network))
          .map((endpoint) => ({
            facts: factsOfEndpoint(endpoint, sandbox, known, []),
            namespace: sandbox.namespace,
          })),
      );
    const { warnings } = await driver.restore(networks.map(factsOfNetwork), {
      running: placed(kept).map(({ facts }) => facts),
      gone: placed(gone),
    });
    for (const warning of warnings) warn(warning);
  }
}
