import { answerBytes, answerEmpty } from '../http/answer.ts';
import { type Call, manifestPath } from '../http/call.ts';
import type { RouteOf } from '../http/route.ts';
import type { Registry } from '../registry.ts';
import { eventOf } from '../webhooks/event.ts';

/** `GET` and `HEAD /v2/<name>/manifests/<reference>`: the bytes as they were pushed. */
export async function manifestGet(call: Call<RouteOf<'manifest'>>, registry: Registry): Promise<void> {
  const { request, response, route } = call;
  const { name, reference } = route;
  await registry.pullThrough?.bringManifest(name, reference);
  const { digest, mediaType, bytes } = await registry.manifests.get(name, reference);
  const headers = { 'content-type': mediaType, 'docker-content-digest': digest, etag: `"${digest}"` };
  if (request.headers['if-none-match']?.includes(headers.etag)) return answerEmpty(response, 304, headers);
  answerBytes(response, 200, headers, bytes);
  if (call.method === 'HEAD') return;
  const tag = 'tag' in reference ? { tag: reference.tag } : {};
  const target = { digest, mediaType, size: bytes.length, ...tag };
  registry.notify(eventOf(call, 'pull', target, manifestPath(name, digest)));
}
