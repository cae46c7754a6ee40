import { NetworkDisconnectBodySchema } from '../../../wire/containers/create.ts';
import { ok } from '../../answer.ts';
import { jsonBody, route } from '../../route.ts';

export const disconnect = route({
  method: 'POST',
  path: '/networks/{id*}/disconnect',
  operation: 'NetworkDisconnect',
  since: 24,
  body: jsonBody(NetworkDisconnectBodySchema),
  handle: async ({ params, body }, { containers }) => {
    await containers.disconnect(params.id, body.Container, body.Force);
    return ok;
  },
});
