import { json } from '../../answer.ts';
import { route } from '../../route.ts';

export const inspect = route({
  method: 'GET',
  path: '/exec/{id*}/json',
  operation: 'ExecInspect',
  since: 24,
  handle: async ({ params }, { containers }) => json(await containers.execInspect(params.id)),
});
