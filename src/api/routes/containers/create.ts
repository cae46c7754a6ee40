import { optionalText } from '../../../wire/api/fields.ts';
import { created } from '../../answer.ts';
import { requiredConfigBody } from '../../compat/config-presence.ts';
import { prepareCreate } from '../../compat/container-create.ts';
import { jsonBody, route } from '../../route.ts';

/** Before, the parameter did not exist. */
const platformSince = 41;

export const create = route({
  method: 'POST',
  path: '/containers/create',
  operation: 'ContainerCreate',
  since: 24,
  query: { name: optionalText, platform: optionalText },
  body: jsonBody(requiredConfigBody, { required: true }),
  handle: async ({ query, body, version }, { containers }) => {
    const { name } = query;
    const platform = version < platformSince ? undefined : query.platform;
    const prepared = prepareCreate(body, version);
    const answer = await containers.create({
      ...(name === undefined ? {} : { name }),
      ...(platform === undefined ? {} : { platform }),
      body: prepared.body,
    });
    return created({ ...answer, Warnings: [...(answer.Warnings ?? []), ...prepared.warnings] });
  },
});
