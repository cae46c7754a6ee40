import { flag } from '../../../wire/api/fields.ts';
import { route } from '../../route.ts';
import { progress } from '../progress.ts';

/** Beyond Docker: reads everything that is stored, tells what is wrong and, with `repair`, puts it right. */
export const check = route({
  method: 'POST',
  path: '/system/check',
  operation: null,
  since: 24,
  query: { repair: flag() },
  handle: ({ query, signal }, { system }) => progress(system.check({ repair: query.repair }, signal), false),
});
