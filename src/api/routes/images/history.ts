import { optionalText } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { route } from '../../route.ts';
import { wantedPlatform } from './platform.ts';

const platformSince = 48;

export const history = route({
  method: 'GET',
  path: '/images/{name*}/history',
  operation: 'ImageHistory',
  since: 24,
  query: { platform: optionalText },
  handle: async ({ params, query, version }, { images }) => {
    const { platform } = wantedPlatform(version < platformSince ? undefined : query.platform);
    return json(await images.history(params.name, platform));
  },
});
