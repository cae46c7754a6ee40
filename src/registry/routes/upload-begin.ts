import { isDigest } from '../../wire/digest.ts';
import { RegistryError } from '../errors.ts';
import { answerEmpty } from '../http/answer.ts';
import { blobPath, type Call, uploadPath } from '../http/call.ts';
import type { RouteOf } from '../http/route.ts';
import { isRepositoryName, parseDigestOf } from '../names.ts';
import type { Registry } from '../registry.ts';
import { isAlgorithm, rangeOf } from '../store/uploads.ts';
import { eventOf } from '../webhooks/event.ts';

/** `POST /v2/<name>/blobs/uploads/`: a mount, a whole blob at once, or the beginning of an upload. */
export async function uploadBegin(call: Call<RouteOf<'uploads'>>, registry: Registry): Promise<void> {
  const { query, response, route, grant } = call;
  const { name } = route;
  if (await mounted(call, registry)) return;
  const given = query.get('digest');
  // Looked at before anything is kept.
  const digest = given === null ? null : parseDigestOf(given);
  const algorithm = query.get('digest-algorithm') ?? digest?.split(':')[0] ?? 'sha256';
  if (!isAlgorithm(algorithm)) throw new RegistryError('DIGEST_INVALID', 'unsupported digest algorithm');
  const admit = await registry.quotas.admit(name);
  admit(0);
  const id = await registry.uploads.begin(name, grant.user, algorithm);
  if (digest === null) {
    return answerEmpty(response, 202, {
      location: uploadPath(name, id),
      'docker-upload-uuid': id,
      range: rangeOf(0),
    });
  }
  const key = { name, id, user: grant.user };
  const size = await registry.uploads
    .finish(key, digest, null, call.incoming, admit)
    .catch(async (error: unknown) => {
      await registry.uploads.cancel(key).catch(() => {});
      throw error;
    });
  registry.quotas.added(name, digest, size);
  registry.notify(eventOf(call, 'push', { digest, size }, blobPath(name, digest)));
  answerEmpty(response, 201, { location: blobPath(name, digest), 'docker-content-digest': digest });
}

/** Where the blob is in another repository from which the asker may pull, it is given to this one too. */
async function mounted(call: Call<RouteOf<'uploads'>>, registry: Registry): Promise<boolean> {
  const { name } = call.route;
  const digest = call.query.get('mount');
  const from = call.query.get('from');
  if (digest === null || from === null || !isDigest(digest) || !isRepositoryName(from)) return false;
  if (!call.grant.may({ action: 'pull', name: from })) return false;
  const blob = await registry.blobs.stat(from, digest);
  if (blob === null) return false;
  const admit = await registry.quotas.admit(name, digest);
  admit(blob.size);
  if (!(await registry.blobs.mount(from, name, digest))) return false;
  registry.quotas.added(name, digest, blob.size);
  registry.notify(eventOf(call, 'mount', { digest, size: blob.size }, blobPath(name, digest)));
  answerEmpty(call.response, 201, { location: blobPath(name, digest), 'docker-content-digest': digest });
  return true;
}
