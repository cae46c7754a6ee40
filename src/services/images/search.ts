import { invalid, messageOf } from '../../errors/minke-error.ts';
import { checkFilterNames, flagOf } from '../../kit/filters/filters.ts';
import { atoi } from '../../kit/go/parse.ts';
import type { RegistryCredentials } from '../../wire/registry/auth-header.ts';
import type { SearchHit, SearchQuery } from './contract.ts';
import type { ImageParts } from './parts.ts';

/** `registry.example.org/term` names a registry; a term alone is for Docker Hub. */
function splitTerm(text: string): { registry: string; term: string } {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const named = first === 'localhost' || /[.:]/.test(first);
  return named ? { registry: first, term: text.slice(slash + 1) } : { registry: '', term: text };
}

function starsOf(value: string): number {
  try {
    return atoi(value);
  } catch (error) {
    throw invalid(`invalid filter 'stars=${value}': ${messageOf(error)}`, error);
  }
}

export async function searchImages(
  { remote }: Pick<ImageParts, 'remote'>,
  { term: text, limit, filters }: SearchQuery,
  credentials: RegistryCredentials,
  signal: AbortSignal,
): Promise<SearchHit[]> {
  checkFilterNames(filters, ['is-automated', 'is-official', 'stars']);
  const stars = filters.get('stars') ?? [];
  const least = Math.max(0, ...stars.map(starsOf));
  const automated = filters.has('is-automated') ? flagOf(filters, 'is-automated', false) : undefined;
  const official = filters.has('is-official') ? flagOf(filters, 'is-official', false) : undefined;
  if (text.includes('://')) throw invalid('invalid registry endpoint: schemes are not allowed in a search');
  const { registry, term } = splitTerm(text);
  const found = await remote.search(registry, { term, limit }, credentials, signal);
  return found
    .filter(
      (hit) =>
        hit.stars >= least &&
        (automated === undefined || hit.automated === automated) &&
        (official === undefined || hit.official === official),
    )
    .map((hit) => ({
      name: hit.name,
      description: hit.description,
      star_count: hit.stars,
      is_official: hit.official,
      is_automated: hit.automated,
    }));
}
