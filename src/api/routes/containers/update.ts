import { ContainerUpdateBodySchema } from '../../../wire/containers/create.ts';
import { json } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { updateRules } from '../../compat/container-update.ts';
import { jsonBody, route } from '../../route.ts';

export const update = route({
  method: 'POST',
  path: '/containers/{id*}/update',
  operation: 'ContainerUpdate',
  since: 24,
  body: jsonBody(ContainerUpdateBodySchema),
  handle: async ({ params, body, version }, { containers }) =>
    json(await containers.update(params.id, adapt(updateRules, version, body))),
});
