import type { Client } from '../client.ts';
import { bool, list, number, object, text } from '../json.ts';
import { encodeFilters, type Filters } from '../query.ts';

export interface SearchResult {
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly official: boolean;
  readonly automated: boolean;
}

/** `GET /images/search`. */
export async function searchImages(
  client: Client,
  term: string,
  options: { readonly limit: number; readonly filters: Filters; readonly auth: string },
): Promise<SearchResult[]> {
  const answer = await client.json('GET', '/images/search', {
    query: {
      term,
      limit: options.limit > 0 ? options.limit : undefined,
      filters: encodeFilters(options.filters),
    },
    headers: options.auth === '' ? {} : { 'X-Registry-Auth': options.auth },
  });
  return list(answer, (item) => {
    const data = object(item);
    return {
      name: text(data.name),
      description: text(data.description),
      stars: number(data.star_count),
      official: bool(data.is_official),
      automated: bool(data.is_automated),
    };
  });
}
