import { flag } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { containerInspectRules } from '../../compat/container-inspect.ts';
import { route } from '../../route.ts';

export const inspect = route({
  method: 'GET',
  path: '/containers/{id*}/json',
  operation: 'ContainerInspect',
  since: 24,
  query: { size: flag() },
  handle: async ({ params, query, version }, { containers }) =>
    json(adapt(containerInspectRules, version, await containers.inspect(params.id, { size: query.size }))),
});
