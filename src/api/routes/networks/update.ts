import { NetworkUpdateBodySchema } from '../../../wire/networks/update.ts';
import { ok } from '../../answer.ts';
import { jsonBody, route } from '../../route.ts';

/** Beyond Docker: changes a network while containers are in it. */
export const update = route({
  method: 'POST',
  path: '/networks/{id*}/update',
  operation: null,
  since: 24,
  body: jsonBody(NetworkUpdateBodySchema),
  handle: async ({ params, body }, { networks }) => {
    await networks.edit(params.id, {
      labels: body.Labels ?? {},
      labelsRemove: body.LabelsRemove ?? [],
      attachable: body.Attachable ?? null,
      options: body.Options ?? {},
    });
    return ok;
  },
});
