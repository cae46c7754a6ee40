import { NetworkConnectBodySchema } from '../../../wire/containers/create.ts';
import { ok } from '../../answer.ts';
import { jsonBody, route } from '../../route.ts';

export const connect = route({
  method: 'POST',
  path: '/networks/{id*}/connect',
  operation: 'NetworkConnect',
  since: 24,
  body: jsonBody(NetworkConnectBodySchema),
  handle: async ({ params, body }, { containers }) => {
    await containers.connect(params.id, body.Container, body.EndpointConfig);
    return ok;
  },
});
