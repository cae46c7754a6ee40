import { invalid, notImplemented } from '../../../errors/minke-error.ts';
import { flag, texts } from '../../../wire/api/fields.ts';
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
    if (version >= platformsSince && query.platforms.length > 0)
      throw notImplemented('removing single platforms of an image is not supported by this version');
    return json(await images.remove(params.name, { force: query.force, noPrune: query.noprune }));
  },
});
