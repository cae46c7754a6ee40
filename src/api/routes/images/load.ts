import { flag, texts } from '../../../wire/api/fields.ts';
import { route, streamBody } from '../../route.ts';
import { progress } from '../progress.ts';
import { onePlatform } from './platform.ts';

const platformSince = 48;

export const load = route({
  method: 'POST',
  path: '/images/load',
  operation: 'ImageLoad',
  since: 24,
  query: { quiet: flag(true), platform: texts },
  body: streamBody,
  handle: ({ query, body, version, signal }, { images }) => {
    const wanted = onePlatform(version < platformSince ? [] : query.platform);
    return progress(images.load(body, { quiet: query.quiet, ...wanted }, signal), true);
  },
});
