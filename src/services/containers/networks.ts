import { isDeepStrictEqual } from 'node:util';
import { conflict, forbidden, internal, invalid, isKind, notFound } from '../../errors/minke-error.ts';
import type { EndpointConfigBody } from '../../wire/containers/create.ts';
import type { EndpointResource } from '../../wire/generated/engine-api.ts';
import type { Sandbox } from '../networks/contract.ts';
import { type Context, save, warner } from './context.ts';
import { endpointOf, endpointRequest } from './create/endpoints.ts';
import { parseNetworkMode } from './create/modes.ts';
import { writeHosts, writeResolver } from './etc/refresh.ts';
import type { LiveContainer } from './live/container.ts';
import type { Endpoint } from './record/record.ts';
import { isGone } from './record/state.ts';
import { showEndpoints } from './view/networks.ts';

function checkMode({ record }: LiveContainer, driver: string): void {
  if (driver === 'host') {
    throw invalid(
      'cannot connect container to host network - container must be created in host network mode',
    );
  }
  const { kind } = parseNetworkMode(record.hostConfig.NetworkMode);
  if (kind === 'host' || kind === 'container') {
    throw invalid(
      'container sharing network namespace with another container or host cannot be connected to any other network',
    );
  }
  if (Object.hasOwn(record.endpoints, 'none') || driver === 'null') {
    throw invalid(
      'container cannot be connected to multiple networks with one of the networks in private (none) mode',
    );
  }
}

/**
 * After a change of networks: published ports are listened on where there is a way in, and lead to where it is now.
 * @throws conflict, where a port is taken by a stranger
 */
async function listenAt(context: Context, id: string, before: Sandbox['proxies']): Promise<void> {
  const proxies = context.networks.proxies(id);
  if (!isDeepStrictEqual(proxies, before)) await context.keeper.proxies(id, proxies);
}

function nonEmpty(ref: string): string {
  if (ref === '') throw invalid('invalid name or ID supplied: ""');
  return ref;
}

export async function connect(
  context: Context,
  network: string,
  ref: string,
  body: EndpointConfigBody,
): Promise<void> {
  const container = context.registry.get(nonEmpty(ref));
  const found = await context.networks.resolve(network);
  await container.lock.run(async () => {
    const { record, run, id } = container;
    if (isGone(record.state))
      throw conflict(
        `container ${id} is marked for removal and cannot be connected or disconnected to the network`,
      );
    checkMode(container, found.driver);
    const endpoint: Endpoint = { ...endpointOf(body), networkId: found.id };
    const request = endpointRequest(found.name, endpoint);
    context.networks.checkEndpoint(request);
    if (run !== null) {
      const sandbox = context.networks.sandbox(id);
      if (sandbox?.endpoints[found.name] !== undefined) {
        throw forbidden(`endpoint with name ${record.name} already exists in network ${found.name}`);
      }
      await context.networks.connect(id, request);
      try {
        await listenAt(context, id, sandbox?.proxies ?? []);
      } catch (error) {
        await context.networks
          .disconnect(id, found.name)
          .catch(warner(context, id, 'a connect that failed could not be taken back'));
        throw error;
      }
      writeHosts(context, record);
      writeResolver(context, record, sandbox?.resolver ?? null);
    }
    await save(context, container, { endpoints: { ...record.endpoints, [found.name]: endpoint } });
  });
}

/** A stopped container can be taken out of a network that is not there any more; without that it never starts again. */
export async function disconnect(
  context: Context,
  network: string,
  ref: string,
  force: boolean,
): Promise<void> {
  const container = context.registry.find(nonEmpty(ref));
  if (container === undefined) {
    if (!force) throw notFound(`No such container: ${ref}`);
    await context.networks.resolve(network);
    throw notFound(`endpoint ${ref} not found`);
  }
  await container.lock.run(async () => {
    const { record, run, id } = container;
    const found = await context.networks.resolve(network).catch((error: unknown) => {
      if ((run === null || force) && isKind(error, 'not-found')) return null;
      throw error;
    });
    const name = found?.name ?? network;
    if (parseNetworkMode(record.hostConfig.NetworkMode).kind === 'host') {
      if (found?.driver === 'host') {
        throw invalid(
          'cannot disconnect container from host network - container was created in host network mode',
        );
      }
      throw invalid('container cannot be disconnected from host network or connected to host network');
    }
    if (!Object.hasOwn(record.endpoints, name)) {
      const which = run === null || found === null ? 'the network' : 'network';
      throw internal(`container ${id} is not connected to ${which} ${name}`);
    }
    if (run !== null) {
      const { resolver = null, proxies = [] } = context.networks.sandbox(id) ?? {};
      await context.networks.disconnect(id, name);
      await listenAt(context, id, proxies).catch(
        warner(context, id, 'its published ports can’t be listened on'),
      );
      writeHosts(context, record);
      writeResolver(context, record, resolver);
    }
    const { [name]: _, ...rest } = record.endpoints;
    await save(context, container, { endpoints: rest });
  });
}

/**
 * After a crash: a connect that was cut short is taken back, a disconnect is finished, so that the container's record
 * and its networking say the same.
 */
export async function settleEndpoints(context: Context, container: LiveContainer): Promise<void> {
  const { id, record } = container;
  const sandbox = context.networks.sandbox(id);
  if (sandbox === null) return;
  const strangers = Object.keys(sandbox.endpoints).filter((name) => !Object.hasOwn(record.endpoints, name));
  for (const name of strangers) await context.networks.disconnect(id, name);
  const kept = Object.entries(record.endpoints).filter(([name]) => Object.hasOwn(sandbox.endpoints, name));
  if (kept.length < Object.keys(record.endpoints).length)
    await save(context, container, { endpoints: Object.fromEntries(kept) });
  if (strangers.length > 0) writeHosts(context, record);
}

/** `Containers` of a network's inspect: the running ones. */
export function endpointsOf(context: Context, networkId: string): Record<string, EndpointResource> {
  const found: Record<string, EndpointResource> = {};
  for (const { id, record } of context.registry.all()) {
    const shown = showEndpoints(record, context.networks.sandbox(id));
    for (const endpoint of Object.values(shown).filter(({ EndpointID }) => EndpointID !== '')) {
      if (endpoint.NetworkID !== networkId) continue;
      const withPrefix = (address: string | undefined, prefix: number | undefined) =>
        address ? `${address}/${prefix ?? 0}` : '';
      found[id] = {
        Name: record.name,
        EndpointID: endpoint.EndpointID ?? '',
        MacAddress: endpoint.MacAddress ?? '',
        IPv4Address: withPrefix(endpoint.IPAddress, endpoint.IPPrefixLen),
        IPv6Address: withPrefix(endpoint.GlobalIPv6Address, endpoint.GlobalIPv6PrefixLen),
      };
    }
  }
  return found;
}
