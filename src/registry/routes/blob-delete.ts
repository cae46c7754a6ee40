import { answerEmpty } from '../http/answer.ts';
import { blobPath, type Call } from '../http/call.ts';
import type { RouteOf } from '../http/route.ts';
import type { Registry } from '../registry.ts';
import { eventOf } from '../webhooks/event.ts';

/** `DELETE /v2/<name>/blobs/<digest>`: the repository has it no more; other repositories keep it. */
export async function blobDelete(call: Call<RouteOf<'blob'>>, registry: Registry): Promise<void> {
  const { name, digest } = call.route;
  await registry.blobs.unlink(name, digest);
  registry.quotas.changed(name);
  registry.notify(eventOf(call, 'delete', { digest }, blobPath(name, digest)));
  answerEmpty(call.response, 202);
}
