import { flag, optionalText } from '../../../wire/api/fields.ts';
import { parsePlatformJson } from '../../../wire/api/platform.ts';
import { parseAuthHeader } from '../../../wire/registry/auth-header.ts';
import { parseConfigHeader } from '../../../wire/registry/config-header.ts';
import { route } from '../../route.ts';
import { progress } from '../progress.ts';
import { registryAuth, registryConfig } from './registry-auth.ts';

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
      // Ours for a push: the same header as for a build.
      sourceCredentials: parseConfigHeader(registryConfig(headers)),
      ...(query.tag === undefined ? {} : { tag: query.tag }),
      ...(platform === undefined ? {} : { platform }),
      ...(query.referrers ? { referrers: true } : {}),
    };
    return progress(images.push(request, signal), false);
  },
});
