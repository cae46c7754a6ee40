import { parseAuthHeader } from '../../../wire/registry/auth-header.ts';
import { json } from '../../answer.ts';
import { route } from '../../route.ts';
import { registryAuth } from './registry-auth.ts';

/** What a registry has under that name; nothing is pulled. */
export const distributionInspect = route({
  method: 'GET',
  path: '/distribution/{name*}/json',
  operation: 'DistributionInspect',
  since: 30,
  handle: async ({ params, headers, signal }, { images }) =>
    json(await images.distribution(params.name, parseAuthHeader(registryAuth(headers)), signal)),
});
