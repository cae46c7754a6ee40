import { filters } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { route } from '../../route.ts';

export const list = route({
  method: 'GET',
  path: '/volumes',
  operation: 'VolumeList',
  since: 24,
  query: { filters },
  handle: async ({ query }, services) => {
    const { volumes, warnings } = await services.volumes.list(query.filters);
    return json({ Volumes: volumes, Warnings: warnings.length === 0 ? null : warnings });
  },
});
