import { json } from '../../answer.ts';
import { route } from '../../route.ts';

export const changes = route({
  method: 'GET',
  path: '/containers/{id*}/changes',
  operation: 'ContainerChanges',
  since: 24,
  handle: async ({ params }, { containers }) => {
    const found = await containers.changes(params.id);
    return json(found.length === 0 ? null : found);
  },
});
