import type { Client } from '../client.ts';
import { list, number, object } from '../json.ts';
import { encodeFilters, type Filters } from '../query.ts';
import { type ImageDeletion, imageDeletion } from './remove.ts';

export interface PrunedImages {
  readonly deleted: readonly ImageDeletion[];
  readonly reclaimed: number;
}

/** `POST /images/prune`. */
export async function pruneImages(client: Client, filters: Filters): Promise<PrunedImages> {
  const answer = object(
    await client.json('POST', '/images/prune', { query: { filters: encodeFilters(filters) } }),
  );
  return { deleted: list(answer.ImagesDeleted, imageDeletion), reclaimed: number(answer.SpaceReclaimed) };
}
