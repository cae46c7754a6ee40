import { RegistryError } from '../errors.ts';
import { answerEmpty } from '../http/answer.ts';
import { readBody } from '../http/body.ts';
import { type Call, contentTypeOf, manifestPath } from '../http/call.ts';
import type { RouteOf } from '../http/route.ts';
import { parseTag, type TagName } from '../names.ts';
import type { Registry } from '../registry.ts';
import { manifestLimit } from '../store/manifest-document.ts';
import { eventOf } from '../webhooks/event.ts';

/** Tags that one request may set beside the digest. */
const MOST_TAGS = 100;

/** `PUT /v2/<name>/manifests/<reference>`, by digest with `?tag=` for tags. */
export async function manifestPut(call: Call<RouteOf<'manifest'>>, registry: Registry): Promise<void> {
  const { name, reference } = call.route;
  const more = call.query.getAll('tag');
  if (more.length > MOST_TAGS) throw new RegistryError('TAG_INVALID', 'too many tags', { status: 414 });
  const extra = more.map(parseTag);
  const tags: readonly TagName[] = 'tag' in reference ? [reference.tag] : extra;
  const bytes = await readBody(call.request, manifestLimit);
  (await registry.quotas.admit(name))(bytes.length);
  const { digest, facts } = await registry.manifests.put(name, {
    bytes,
    contentType: contentTypeOf(call.request),
    digest: 'digest' in reference ? reference.digest : null,
    tags,
    mayOverwrite: call.grant.may({ action: 'push', name }),
    complete: true,
  });
  const target = { digest, mediaType: facts.mediaType, size: bytes.length };
  for (const tag of tags.length === 0 ? [undefined] : tags) {
    registry.notify(
      eventOf(call, 'push', { ...target, ...(tag === undefined ? {} : { tag }) }, manifestPath(name, digest)),
    );
  }
  answerEmpty(call.response, 201, {
    location: manifestPath(name, digest),
    'docker-content-digest': digest,
    ...(facts.subject === null ? {} : { 'oci-subject': facts.subject }),
    ...('digest' in reference && extra.length > 0 ? { 'oci-tag': extra.join(', ') } : {}),
  });
}
