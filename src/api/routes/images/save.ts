import type { Images } from '../../../services/images/contract.ts';
import { texts } from '../../../wire/api/fields.ts';
import { tar } from '../../../wire/api/media-types.ts';
import type { ApiVersion } from '../../../wire/api/versions.ts';
import type { Answer } from '../../answer.ts';
import { route } from '../../route.ts';
import { onePlatform } from './platform.ts';

const platformSince = 48;

async function archive(
  images: Images,
  names: readonly string[],
  platforms: readonly string[],
  without: readonly string[],
  call: { version: ApiVersion; signal: AbortSignal },
): Promise<Answer> {
  const wanted = onePlatform(call.version < platformSince ? [] : platforms);
  const body = await images.save(names, { without, ...wanted }, call.signal);
  return { kind: 'bytes', contentType: tar, body };
}

export const saveOne = route({
  method: 'GET',
  path: '/images/{name*}/get',
  operation: 'ImageGet',
  since: 24,
  query: { platform: texts },
  handle: (call, { images }) => archive(images, [call.params.name], call.query.platform, [], call),
});

export const saveMany = route({
  method: 'GET',
  path: '/images/get',
  operation: 'ImageGetAll',
  since: 24,
  // `without` is ours: diff ids of layers that the reader has.
  query: { names: texts, platform: texts, without: texts },
  handle: (call, { images }) =>
    archive(images, call.query.names, call.query.platform, call.query.without, call),
});
