import { json } from '../../answer.ts';
import { route } from '../../route.ts';

export const version = route({
  method: 'GET',
  path: '/version',
  operation: 'SystemVersion',
  since: 24,
  handle: async (_call, { system }) => json(await system.version()),
});
