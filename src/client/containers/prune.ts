import type { Client } from '../client.ts';
import { number, object, texts } from '../json.ts';
import { encodeFilters, type Filters } from '../query.ts';

export interface Pruned {
  readonly deleted: readonly string[];
  /** Bytes. */
  readonly reclaimed: number;
}

/** `POST /containers/prune`. */
export async function pruneContainers(client: Client, filters: Filters): Promise<Pruned> {
  const answer = object(
    await client.json('POST', '/containers/prune', { query: { filters: encodeFilters(filters) } }),
  );
  return { deleted: texts(answer.ContainersDeleted), reclaimed: number(answer.SpaceReclaimed) };
}
