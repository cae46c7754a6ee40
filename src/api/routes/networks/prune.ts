import { filters } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { route } from '../../route.ts';

export const prune = route({
  method: 'POST',
  path: '/networks/prune',
  operation: 'NetworkPrune',
  since: 25,
  query: { filters },
  handle: async ({ query }, { networks }) => {
    const { deleted } = await networks.prune(query.filters);
    return json({ NetworksDeleted: deleted.length === 0 ? null : deleted });
  },
});
