import { flag } from '../../../wire/api/fields.ts';
import { noContent } from '../../answer.ts';
import { route } from '../../route.ts';

export const remove = route({
  method: 'DELETE',
  path: '/volumes/{name*}',
  operation: 'VolumeDelete',
  since: 24,
  query: { force: flag() },
  handle: async ({ params, query }, { volumes }) => {
    await volumes.remove(params.name, query.force);
    return noContent;
  },
});
