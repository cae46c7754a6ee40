import { answerEmpty } from '../http/answer.ts';
import { type Call, manifestPath } from '../http/call.ts';
import type { RouteOf } from '../http/route.ts';
import { showReference } from '../names.ts';
import type { Registry } from '../registry.ts';
import { eventOf } from '../webhooks/event.ts';

/** `DELETE /v2/<name>/manifests/<reference>`: a tag alone, or a manifest with all its tags. */
export async function manifestDelete(call: Call<RouteOf<'manifest'>>, registry: Registry): Promise<void> {
  const { name, reference } = call.route;
  if ('tag' in reference) await registry.manifests.untag(name, reference.tag);
  else await registry.manifests.remove(name, reference.digest);
  registry.notify(eventOf(call, 'delete', { ...reference }, manifestPath(name, showReference(reference))));
  answerEmpty(call.response, 202);
}
