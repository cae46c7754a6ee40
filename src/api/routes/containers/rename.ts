import { text } from '../../../wire/api/fields.ts';
import { noContent } from '../../answer.ts';
import { route } from '../../route.ts';

export const rename = route({
  method: 'POST',
  path: '/containers/{id*}/rename',
  operation: 'ContainerRename',
  since: 24,
  query: { name: text },
  handle: async ({ params, query }, { containers }) => {
    await containers.rename(params.id, query.name);
    return noContent;
  },
});
