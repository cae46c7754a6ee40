import { answerEmpty } from '../http/answer.ts';
import { type Call, uploadPath } from '../http/call.ts';
import type { RouteOf } from '../http/route.ts';
import type { Registry } from '../registry.ts';
import { rangeOf } from '../store/uploads.ts';

/** `GET` of an upload: how much has come. */
export async function uploadStatus(call: Call<RouteOf<'upload'>>, { uploads }: Registry): Promise<void> {
  const { name, id } = call.route;
  const size = await uploads.size({ name, id, user: call.grant.user });
  answerEmpty(call.response, 204, {
    location: uploadPath(name, id),
    'docker-upload-uuid': id,
    range: rangeOf(size),
  });
}
