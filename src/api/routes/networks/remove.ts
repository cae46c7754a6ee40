import { noContent } from '../../answer.ts';
import { route } from '../../route.ts';

export const remove = route({
  method: 'DELETE',
  path: '/networks/{id*}',
  operation: 'NetworkDelete',
  since: 24,
  handle: async ({ params }, { networks }) => {
    await networks.remove(params.id);
    return noContent;
  },
});
