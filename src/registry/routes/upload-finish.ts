import { RegistryError } from '../errors.ts';
import { answerEmpty } from '../http/answer.ts';
import { blobPath, type Call } from '../http/call.ts';
import { chunkStart } from '../http/range.ts';
import type { RouteOf } from '../http/route.ts';
import { parseDigestOf } from '../names.ts';
import type { Registry } from '../registry.ts';
import { eventOf } from '../webhooks/event.ts';

/** `PUT` of an upload: the last bytes, and the digest that all must have. */
export async function uploadFinish(call: Call<RouteOf<'upload'>>, registry: Registry): Promise<void> {
  const { name, id } = call.route;
  const { headers } = call.request;
  const given = call.query.get('digest');
  if (given === null) throw new RegistryError('DIGEST_INVALID', 'the digest is missing');
  const digest = parseDigestOf(given);
  const start = chunkStart(headers['content-range'], headers['content-length']);
  const admit = await registry.quotas.admit(name, digest);
  const key = { name, id, user: call.grant.user };
  const size = await registry.uploads.finish(key, digest, start, call.incoming, admit);
  registry.quotas.added(name, digest, size);
  registry.notify(eventOf(call, 'push', { digest, size }, blobPath(name, digest)));
  answerEmpty(call.response, 201, { location: blobPath(name, digest), 'docker-content-digest': digest });
}
