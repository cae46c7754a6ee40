import { filters } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { route } from '../../route.ts';

export const prune = route({
  method: 'POST',
  path: '/containers/prune',
  operation: 'ContainerPrune',
  since: 25,
  query: { filters },
  handle: async ({ query }, { containers }) => {
    const { deleted, spaceReclaimed } = await containers.prune(query.filters);
    return json({ ContainersDeleted: deleted.length === 0 ? null : deleted, SpaceReclaimed: spaceReclaimed });
  },
});
