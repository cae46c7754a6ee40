import type { Client } from '../client.ts';
import { number, object, texts } from '../json.ts';
import { encodeFilters, type Filters } from '../query.ts';

export interface Pruned {
  readonly deleted: readonly string[];
  /** Bytes. */
  readonly reclaimed: number;
}

/** `POST /networks/prune`; nothing is reclaimed. */
export async function pruneNetworks(client: Client, filters: Filters): Promise<Pruned> {
  const answer = object(
    await client.json('POST', '/networks/prune', { query: { filters: encodeFilters(filters) } }),
  );
  return { deleted: texts(answer.NetworksDeleted), reclaimed: number(answer.SpaceReclaimed) };
}
