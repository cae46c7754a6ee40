import { json } from '../../answer.ts';
import { route } from '../../route.ts';

export const inspect = route({
  method: 'GET',
  path: '/volumes/{name*}',
  operation: 'VolumeInspect',
  since: 24,
  handle: async ({ params }, { volumes }) => json(await volumes.inspect(params.name)),
});
