import { ok } from '../../answer.ts';
import { route } from '../../route.ts';

/** Answers 200 and allows nothing: there are no CORS headers. */
export const options = route({
  method: 'OPTIONS',
  path: '/{any*}',
  operation: null,
  since: 24,
  handle: () => ok,
});
