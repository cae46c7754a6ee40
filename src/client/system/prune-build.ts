import type { Client } from '../client.ts';
import { number, object, texts } from '../json.ts';
import { encodeFilters, type Filters } from '../query.ts';

/** `POST /build/prune`. */
export async function pruneBuildCache(
  client: Client,
  options: { readonly all: boolean; readonly keepStorage: number; readonly filters: Filters },
): Promise<{ readonly deleted: readonly string[]; readonly reclaimed: number }> {
  const answer = object(
    await client.json('POST', '/build/prune', {
      query: {
        all: options.all || undefined,
        'keep-storage': options.keepStorage > 0 ? options.keepStorage : undefined,
        filters: encodeFilters(options.filters),
      },
    }),
  );
  return { deleted: texts(answer.CachesDeleted), reclaimed: number(answer.SpaceReclaimed) };
}
