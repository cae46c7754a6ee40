import { integer, optionalText } from '../../../wire/api/fields.ts';
import { noContent } from '../../answer.ts';
import { stopOptions } from '../../compat/stop-options.ts';
import { route } from '../../route.ts';

export const stop = route({
  method: 'POST',
  path: '/containers/{id*}/stop',
  operation: 'ContainerStop',
  since: 24,
  query: { signal: optionalText, t: integer },
  handle: async ({ params, query, version }, { containers }) => {
    await containers.stop(params.id, stopOptions(query, version));
    return noContent;
  },
});
