import { invalid } from '../../../errors/minke-error.ts';
import { flag, texts } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { diskUsageRules } from '../../compat/disk-usage.ts';
import { route } from '../../route.ts';

const objectTypes = new Set(['container', 'image', 'volume', 'build-cache']);
/** Before, every answer held everything. */
const typesSince = 42;

function wanted(types: readonly string[]): readonly string[] {
  const unknown = types.find((type) => !objectTypes.has(type));
  if (unknown !== undefined) throw invalid(`unknown object type: ${unknown}`);
  return types;
}

export const diskUsage = route({
  method: 'GET',
  path: '/system/df',
  operation: 'SystemDataUsage',
  since: 25,
  query: { type: texts, verbose: flag() },
  handle: async ({ query, version }, { system }) => {
    const types = version < typesSince ? [] : wanted(query.type);
    return json(adapt(diskUsageRules, version, await system.diskUsage(types, query.verbose)));
  },
});
