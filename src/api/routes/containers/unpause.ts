import { noContent } from '../../answer.ts';
import { route } from '../../route.ts';

export const unpause = route({
  method: 'POST',
  path: '/containers/{id*}/unpause',
  operation: 'ContainerUnpause',
  since: 24,
  handle: async ({ params }, { containers }) => {
    await containers.unpause(params.id);
    return noContent;
  },
});
