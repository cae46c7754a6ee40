import * as v from 'valibot';
import { invalid } from '../../../errors/minke-error.ts';
import { readCredentials } from '../../../wire/registry/auth-header.ts';
import { json } from '../../answer.ts';
import { jsonBody, route } from '../../route.ts';

/** Tries credentials at their registry. */
export const auth = route({
  method: 'POST',
  path: '/auth',
  operation: 'SystemAuth',
  since: 24,
  body: jsonBody(v.unknown()),
  handle: async ({ body, signal }, { images }) => {
    const credentials = readCredentials(body);
    if (credentials === undefined) throw invalid('invalid credentials: not of their form');
    return json({ IdentityToken: await images.login(credentials, signal), Status: 'Login Succeeded' });
  },
});
