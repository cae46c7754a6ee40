import { flag, optionalText } from '../../../wire/api/fields.ts';
import { parsePlatformJson } from '../../../wire/api/platform.ts';
import { parseAuthHeader } from '../../../wire/registry/auth-header.ts';
import { route } from '../../route.ts';
import { progress } from '../progress.ts';
import { registryAuth } from './registry-auth.ts';

const platformSince = 46;

export const push = route({
  method: 'POST',
  path: '/images/{name*}/push',
  operation: 'ImagePush',
  since: 24,
  // `referrers` is ours: what refers to the image goes along.
  query: { tag: optionalText, platform: optionalText, referrers: flag() },
  handle: ({ params, query, headers, version, signal }, { images }) => {
    const platform =
      version < platformSince || query.platform === undefined ? undefined : parsePlatformJson(query.platform);
    const request = {
      image: params.name,
      credentials: parseAuthHeader(registryAuth(headers)),
      ...(query.tag === undefined ? {} : { tag: query.tag }),
      ...(platform === undefined ? {} : { platform }),
      ...(query.referrers ? { referrers: true } : {}),
    };
    return progress(images.push(request, signal), false);
  },
});
