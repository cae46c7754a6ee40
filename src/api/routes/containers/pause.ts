import { noContent } from '../../answer.ts';
import { route } from '../../route.ts';

export const pause = route({
  method: 'POST',
  path: '/containers/{id*}/pause',
  operation: 'ContainerPause',
  since: 24,
  handle: async ({ params }, { containers }) => {
    await containers.pause(params.id);
    return noContent;
  },
});
