import { MinkeError } from '../../../errors/minke-error.ts';
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
    try {
      await containers.kill(params.id, query.signal);
    } catch (error) {
      if (!(error instanceof MinkeError)) throw error;
      throw new MinkeError(error.kind, `cannot kill container: ${params.id}: ${error.message}`, {
        cause: error,
      });
    }
    return noContent;
  },
});
