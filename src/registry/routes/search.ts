import { RegistryError } from '../errors.ts';
import { answerJson } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import type { Registry } from '../registry.ts';

/** As Docker's own search: results of one page. */
const USUAL = 25;
const MOST = 100;

function limitOf(text: string | null): number {
  if (text === null || text === '') return USUAL;
  const n = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (n < 1)
    throw new RegistryError('PAGINATION_NUMBER_INVALID', `n must be a number from 1 to ${MOST}`, {
      detail: { n: text.slice(0, 40) },
    });
  return Math.min(n, MOST);
}

/**
 * `GET /v1/search?q=TERM`: what `docker search HOST/TERM` asks. Repositories whose name has the term in it and that the
 * asker may pull from; nobody gives stars or descriptions here.
 */
export async function search(call: Call, { repositories }: Registry): Promise<void> {
  const query = call.query.get('q') ?? '';
  const limit = limitOf(call.query.get('n'));
  const term = query.toLowerCase();
  const names = await repositories.list();
  const found = names.filter((name) => name.includes(term) && call.grant.may({ action: 'pull', name }));
  const results = found.slice(0, limit).map((name) => ({
    name,
    description: '',
    star_count: 0,
    is_official: false,
    is_automated: false,
  }));
  answerJson(call.response, 200, {
    query,
    num_results: found.length,
    num_pages: Math.ceil(found.length / limit),
    page: 1,
    page_size: limit,
    results,
  });
}
