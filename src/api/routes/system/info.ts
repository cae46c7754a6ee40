import { json } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { infoRules } from '../../compat/info.ts';
import { route } from '../../route.ts';

export const info = route({
  method: 'GET',
  path: '/info',
  operation: 'SystemInfo',
  since: 24,
  handle: async ({ version }, { system }) => json(adapt(infoRules, version, { ...(await system.info()) })),
});
