import { filters } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { route } from '../../route.ts';

export const prune = route({
  method: 'POST',
  path: '/images/prune',
  operation: 'ImagePrune',
  since: 25,
  query: { filters },
  handle: async ({ query }, { images }) => {
    const { deleted, spaceReclaimed } = await images.prune(query.filters);
    return json({ ImagesDeleted: deleted.length === 0 ? null : deleted, SpaceReclaimed: spaceReclaimed });
  },
});
