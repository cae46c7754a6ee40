import { flag } from '../../../wire/api/fields.ts';
import { noContent } from '../../answer.ts';
import { route } from '../../route.ts';

export const remove = route({
  method: 'DELETE',
  path: '/containers/{id*}',
  operation: 'ContainerDelete',
  since: 24,
  query: { v: flag(), force: flag(), link: flag() },
  handle: async ({ params, query }, { containers }) => {
    await containers.remove(params.id, { force: query.force, volumes: query.v, link: query.link });
    return noContent;
  },
});
