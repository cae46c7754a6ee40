import { invalid } from '../../../errors/minke-error.ts';
import { flag, optionalText } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { imageInspectRules } from '../../compat/image-inspect.ts';
import { route } from '../../route.ts';
import { wantedPlatform } from './platform.ts';

const manifestsSince = 48;
const platformSince = 49;

export const inspect = route({
  method: 'GET',
  path: '/images/{name*}/json',
  operation: 'ImageInspect',
  since: 24,
  query: { manifests: flag(), platform: optionalText },
  handle: async ({ params, query, version }, { images }) => {
    const platform = version < platformSince ? undefined : query.platform;
    const manifests = version >= manifestsSince && query.manifests;
    if (manifests && platform !== undefined)
      throw invalid('conflicting options: manifests and platform options cannot both be set');
    const found = await images.inspect(params.name, { manifests, ...wantedPlatform(platform) });
    return json(adapt(imageInspectRules, version, found));
  },
});
