import { answerEmpty } from '../http/answer.ts';
import { type Call, uploadPath } from '../http/call.ts';
import { chunkStart } from '../http/range.ts';
import type { RouteOf } from '../http/route.ts';
import type { Registry } from '../registry.ts';
import { rangeOf } from '../store/uploads.ts';

/** `PATCH` of an upload: a chunk that says where it belongs, or a stream to its end. */
export async function uploadAppend(call: Call<RouteOf<'upload'>>, registry: Registry): Promise<void> {
  const { name, id } = call.route;
  const { headers } = call.request;
  const start = chunkStart(headers['content-range'], headers['content-length']);
  const admit = await registry.quotas.admit(name);
  const key = { name, id, user: call.grant.user };
  const size = await registry.uploads.append(key, start, call.incoming, admit);
  answerEmpty(call.response, 202, {
    location: uploadPath(name, id),
    'docker-upload-uuid': id,
    range: rangeOf(size),
  });
}
