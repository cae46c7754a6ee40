import { filters, flag, integer } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { summaryRules } from '../../compat/container-summary.ts';
import { route } from '../../route.ts';

export const list = route({
  method: 'GET',
  path: '/containers/json',
  operation: 'ContainerList',
  since: 24,
  query: { all: flag(), limit: integer, size: flag(), filters },
  handle: async ({ query, version }, { containers }) => {
    const { all, limit, size } = query;
    const found = await containers.list({
      all,
      size,
      filters: query.filters,
      ...(limit !== undefined && limit > 0 ? { limit } : {}),
    });
    return json(found.map((summary) => adapt(summaryRules, version, summary)));
  },
});
