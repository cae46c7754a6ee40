import { text } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { route } from '../../route.ts';

export const top = route({
  method: 'GET',
  path: '/containers/{id*}/top',
  operation: 'ContainerTop',
  since: 24,
  query: { ps_args: text },
  handle: async ({ params, query }, { containers }) => json(await containers.top(params.id, query.ps_args)),
});
