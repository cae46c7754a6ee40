import { filters, flag, optionalText } from '../../../wire/api/fields.ts';
import { json } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { imageSummaryRules } from '../../compat/image-summary.ts';
import { route } from '../../route.ts';

/** Before, a glob for names had a parameter of its own. */
const referenceFilterSince = 41;
const sharedSizeSince = 42;
const manifestsSince = 47;

export const list = route({
  method: 'GET',
  path: '/images/json',
  operation: 'ImageList',
  since: 24,
  query: {
    all: flag(),
    filters,
    'shared-size': flag(),
    digests: flag(),
    manifests: flag(),
    filter: optionalText,
  },
  handle: async ({ query, version }, { images }) => {
    const glob = version < referenceFilterSince ? query.filter : undefined;
    const found = await images.list({
      all: query.all,
      digests: query.digests,
      sharedSize: version >= sharedSizeSince && query['shared-size'],
      manifests: version >= manifestsSince && query.manifests,
      filters:
        glob === undefined
          ? query.filters
          : new Map([...query.filters, ['reference', [...(query.filters.get('reference') ?? []), glob]]]),
    });
    return json(found.map((summary) => adapt(imageSummaryRules, version, summary)));
  },
});
