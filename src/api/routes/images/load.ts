import { notImplemented } from '../../../errors/minke-error.ts';
import { flag, texts } from '../../../wire/api/fields.ts';
import { route, streamBody } from '../../route.ts';
import { progress } from '../progress.ts';

const platformSince = 48;

export const load = route({
  method: 'POST',
  path: '/images/load',
  operation: 'ImageLoad',
  since: 24,
  query: { quiet: flag(true), platform: texts },
  body: streamBody,
  handle: ({ query, body, version, signal }, { images }) => {
    if (version >= platformSince && query.platform.some((platform) => platform !== ''))
      throw notImplemented('loading one platform out of an archive is not supported by this version');
    return progress(images.load(body, { quiet: query.quiet }, signal), true);
  },
});
