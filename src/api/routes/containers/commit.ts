import { invalid } from '../../../errors/minke-error.ts';
import { flag, optionalText, text, texts } from '../../../wire/api/fields.ts';
import { created } from '../../answer.ts';
import { optionalConfigBody } from '../../compat/config-presence.ts';
import { jsonBody, route } from '../../route.ts';

export const commit = route({
  method: 'POST',
  path: '/commit',
  operation: 'ImageCommit',
  since: 24,
  query: {
    container: text,
    repo: optionalText,
    tag: optionalText,
    comment: text,
    author: text,
    pause: flag(true),
    changes: texts,
  },
  body: jsonBody(optionalConfigBody),
  handle: async ({ query, body }, { containers }) => {
    const { container, repo, tag, comment, author, pause, changes } = query;
    if (container === '') throw invalid('invalid name or ID supplied: ""');
    const named = { ...(repo === undefined ? {} : { repo }), ...(tag === undefined ? {} : { tag }) };
    return created(
      await containers.commit({ container, comment, author, pause, changes, config: body, ...named }),
    );
  },
});
