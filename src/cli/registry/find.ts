import type { Client } from '../../client/client.ts';
import { type ContainerSummary, listContainers } from '../../client/containers/list.ts';

/** Marks containers that `minke registry create` made. */
export const registryLabel = 'minke.registry';

export const volumeOf = (name: string): string => `minke-registry-${name}`;

/** Registries that run or ran as containers. */
export const listRegistries = (client: Client): Promise<ContainerSummary[]> =>
  listContainers(client, { all: true, filters: new Map([['label', [registryLabel]]]) });

/** @throws Error where there is no registry of that name */
export async function findRegistry(client: Client, name: string): Promise<ContainerSummary> {
  const found = (await listRegistries(client)).find((one) => one.Labels[registryLabel] === name);
  if (found === undefined) throw new Error(`No such registry: ${name}`);
  return found;
}
