import { notFound } from '../../errors/minke-error.ts';
import type { ContainerUpdateBody } from '../../wire/containers/create.ts';
import type { Context } from './context.ts';
import type { LiveContainer } from './live/container.ts';
import type { ContainerRecord } from './record/record.ts';

/**
 * Other limits of traffic, at once where the container runs. The container's lock is held.
 * @returns its endpoints as they are to be written down
 */
export async function relimit(
  context: Context,
  { id, record, run }: LiveContainer,
  { EndpointOptions: changes }: ContainerUpdateBody,
): Promise<ContainerRecord['endpoints']> {
  const { networks } = context;
  const endpoints = { ...record.endpoints };
  for (const [reference, change] of Object.entries(changes ?? {})) {
    const { name } = await networks.resolve(reference);
    const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
    if (endpoint === undefined) {
      throw notFound(`container ${record.name} is not connected to network ${name}`);
    }
    const driverOpts = networks.checkLimit(name, endpoint.driverOpts ?? {}, change);
    endpoints[name] = { ...endpoint, driverOpts };
  }
  // All are in order; only now is something changed.
  for (const [reference, change] of Object.entries(changes ?? {})) {
    if (run !== null) await networks.limit(id, reference, change);
  }
  return endpoints;
}
