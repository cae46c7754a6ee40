import { optionalText } from '../../../wire/api/fields.ts';
import { noContent } from '../../answer.ts';
import { route } from '../../route.ts';

export const kill = route({
  method: 'POST',
  path: '/containers/{id*}/kill',
  operation: 'ContainerKill',
  since: 24,
  query: { signal: optionalText },
  handle: async ({ params, query }, { containers }) => {
    await containers.kill(params.id, query.signal);
    return noContent;
  },
});
