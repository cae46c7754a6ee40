import { invalid } from '../../../errors/minke-error.ts';
import { flag, texts } from '../../../wire/api/fields.ts';
import { parsePlatformJson } from '../../../wire/api/platform.ts';
import { json } from '../../answer.ts';
import { route } from '../../route.ts';

const platformsSince = 50;

export const remove = route({
  method: 'DELETE',
  path: '/images/{name*}',
  operation: 'ImageDelete',
  since: 24,
  query: { force: flag(), noprune: flag(), platforms: texts },
  handle: async ({ params, query, version }, { images }) => {
    if (params.name.trim() === '') throw invalid('image name cannot be blank');
    const platforms = (version < platformsSince ? [] : query.platforms).map(parsePlatformJson);
    const options = { force: query.force, noPrune: query.noprune, platforms };
    return json(await images.remove(params.name, options));
  },
});
