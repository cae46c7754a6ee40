import { invalid } from '../../../errors/minke-error.ts';
import { filters, integerTold, text } from '../../../wire/api/fields.ts';
import { parseAuthHeader } from '../../../wire/registry/auth-header.ts';
import { json } from '../../answer.ts';
import { route } from '../../route.ts';
import { registryAuth } from './registry-auth.ts';

export const search = route({
  method: 'GET',
  path: '/images/search',
  operation: 'ImageSearch',
  since: 24,
  query: { term: text, limit: integerTold('invalid limit specified: '), filters },
  handle: async ({ query, headers, signal }, { images }) => {
    const limit = query.limit ?? 0;
    if (limit < 0 || limit > 100) throw invalid(`limit ${limit} is outside the range of [1, 100]`);
    const asked = { term: query.term, limit: limit === 0 ? 25 : limit, filters: query.filters };
    return json(await images.search(asked, parseAuthHeader(registryAuth(headers)), signal));
  },
});
