import { invalid, notImplemented } from '../../../errors/minke-error.ts';
import { optionalText } from '../../../wire/api/fields.ts';
import { noContent } from '../../answer.ts';
import { route } from '../../route.ts';

/** What old clients send as "nothing": a body shorter than any JSON object with a member. */
const emptyEnough = 7;

export const start = route({
  method: 'POST',
  path: '/containers/{id*}/start',
  operation: 'ContainerStart',
  since: 24,
  query: { detachKeys: optionalText, checkpoint: optionalText, 'checkpoint-dir': optionalText },
  handle: async ({ params, query, headers }, { containers }) => {
    if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > emptyEnough)
      throw invalid(
        'starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24',
      );
    if (query.checkpoint !== undefined) throw notImplemented('checkpoints are not supported by this version');
    await containers.start(params.id);
    return noContent;
  },
});
