import { integer, optionalText } from '../../../wire/api/fields.ts';
import { noContent } from '../../answer.ts';
import { stopOptions } from '../../compat/stop-options.ts';
import { route } from '../../route.ts';

export const restart = route({
  method: 'POST',
  path: '/containers/{id*}/restart',
  operation: 'ContainerRestart',
  since: 24,
  query: { signal: optionalText, t: integer },
  handle: async ({ params, query, version }, { containers }) => {
    await containers.restart(params.id, stopOptions(query, version));
    return noContent;
  },
});
