import { optionalText, strictFlag } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { withEndpoints } from '../../compat/network-endpoints.ts';
import { route } from '../../route.ts';

export const inspect = route({
  method: 'GET',
  path: '/networks/{id*}',
  operation: 'NetworkInspect',
  since: 24,
  query: { verbose: strictFlag, scope: optionalText },
  handle: async ({ params, query }, { networks, containers }) => {
    const { verbose, scope } = query;
    const found = await networks.inspect(params.id, { verbose, ...(scope === undefined ? {} : { scope }) });
    return json(withEndpoints(found, await containers.endpointsOf(found.Id ?? '')));
  },
});
