import { invalid } from '../../../errors/minke-error.ts';
import { text } from '../../../wire/api/fields.ts';
import { createdEmpty } from '../../answer.ts';
import { route } from '../../route.ts';

export const tag = route({
  method: 'POST',
  path: '/images/{name*}/tag',
  operation: 'ImageTag',
  since: 24,
  query: { repo: text, tag: text },
  handle: async ({ params, query }, { images }) => {
    if (query.repo === '') throw invalid('invalid reference format: repository name must not be empty');
    await images.tag(params.name, query.repo, query.tag);
    return createdEmpty;
  },
});
