import { filters } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { route } from '../../route.ts';

/** Named volumes are pruned too by clients before it. */
const anonymousOnlySince = 42;

export const prune = route({
  method: 'POST',
  path: '/volumes/prune',
  operation: 'VolumePrune',
  since: 25,
  query: { filters },
  handle: async ({ query, version }, { volumes }) => {
    const wanted =
      version < anonymousOnlySince ? new Map([...query.filters, ['all', ['true']]]) : query.filters;
    const { deleted, spaceReclaimed } = await volumes.prune(wanted);
    return json({ VolumesDeleted: deleted, SpaceReclaimed: spaceReclaimed });
  },
});
