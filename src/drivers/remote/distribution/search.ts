/** Docker Hub's search, and that of registries which speak the same (`GET /v1/search`). */
import * as v from 'valibot';
import { internal } from '../../../errors/minke-error.ts';
import type { SearchResult } from '../contract.ts';

const Schema = v.object({
  results: v.nullish(
    v.array(
      v.object({
        name: v.nullish(v.string(), ''),
        description: v.nullish(v.string(), ''),
        star_count: v.nullish(v.number(), 0),
        is_official: v.nullish(v.boolean(), false),
        is_automated: v.nullish(v.boolean(), false),
      }),
    ),
    [],
  ),
});

/** Throws `internal` where the answer is none of a search. */
export function parseSearch(bytes: Buffer | null): SearchResult[] {
  let json: unknown;
  try {
    json = JSON.parse(bytes?.toString() ?? '');
  } catch {
    throw internal('error decoding registry search results: no JSON');
  }
  const parsed = v.safeParse(Schema, json);
  if (!parsed.success) throw internal('error decoding registry search results');
  return parsed.output.results.map(({ name, description, star_count, is_official, is_automated }) => ({
    name,
    description,
    stars: star_count,
    official: is_official,
    automated: is_automated,
  }));
}
