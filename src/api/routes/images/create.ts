import { invalid } from '../../../errors/minke-error.ts';
import { optionalText, text, texts } from '../../../wire/api/fields.ts';
import { parseAuthHeader } from '../../../wire/registry/auth-header.ts';
import { route, streamBody } from '../../route.ts';
import { progress } from '../progress.ts';
import { registryAuth } from './registry-auth.ts';

const platformSince = 32;

/** Pull and import share a path in the API. */
export const create = route({
  method: 'POST',
  path: '/images/create',
  operation: 'ImageCreate',
  since: 24,
  query: {
    fromImage: text,
    fromSrc: text,
    repo: optionalText,
    tag: optionalText,
    message: text,
    changes: texts,
    platform: optionalText,
  },
  body: streamBody,
  handle: ({ query, body, version, signal, headers }, { images }) => {
    const { fromImage, fromSrc, repo, tag, message, changes } = query;
    const platform = version < platformSince ? undefined : query.platform;
    if (fromImage !== '') {
      const request = {
        image: fromImage,
        credentials: parseAuthHeader(registryAuth(headers)),
        ...(tag === undefined ? {} : { tag }),
        ...(platform === undefined ? {} : { platform }),
      };
      return progress(images.pull(request, signal), false);
    }
    if (fromSrc === '') throw invalid('one of fromImage and fromSrc is required');
    const options = {
      source: fromSrc,
      message,
      changes,
      ...(repo === undefined ? {} : { repo }),
      ...(tag === undefined ? {} : { tag }),
      ...(platform === undefined ? {} : { platform }),
    };
    return progress(images.import(body, options, signal), false);
  },
});
