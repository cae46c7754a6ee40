import { invalid } from '../../../errors/minke-error.ts';
import { filters } from '../../../wire/api/fields.ts';
import type { Filters } from '../../../wire/api/filters.ts';
import type { ApiVersion } from '../../../wire/api/versions.ts';
import { type Answer, json } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { withEndpoints } from '../../compat/network-endpoints.ts';
import { networkSummaryRules } from '../../compat/network-summary.ts';
import { route } from '../../route.ts';
import type { ApiServices } from '../../services.ts';

const known = new Set(['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type']);
/** Before, the listing showed each network's endpoints. */
const briefSince: ApiVersion = 28;

function checked(given: Filters): Filters {
  for (const name of given.keys()) if (!known.has(name)) throw invalid(`invalid filter '${name}'`);
  return given;
}

async function listed(wanted: Filters, version: ApiVersion, services: ApiServices): Promise<Answer> {
  const found = await services.networks.list(checked(wanted));
  if (version >= briefSince)
    return json(found.map((network) => adapt(networkSummaryRules, version, network)));
  const detailed = found.map(async (network) =>
    withEndpoints(network, await services.containers.endpointsOf(network.Id ?? '')),
  );
  return json(await Promise.all(detailed));
}

export const list = route({
  method: 'GET',
  path: '/networks',
  operation: 'NetworkList',
  since: 24,
  query: { filters },
  handle: ({ query, version }, services) => listed(query.filters, version, services),
});

/** Docker answers both spellings. */
export const listSlash = route({
  method: 'GET',
  path: '/networks/',
  operation: null,
  since: 24,
  query: { filters },
  handle: ({ query, version }, services) => listed(query.filters, version, services),
});
