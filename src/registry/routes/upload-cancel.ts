import { answerEmpty } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import type { RouteOf } from '../http/route.ts';
import type { Registry } from '../registry.ts';

/** `DELETE` of an upload: what has come is thrown away. */
export async function uploadCancel(call: Call<RouteOf<'upload'>>, { uploads }: Registry): Promise<void> {
  const { name, id } = call.route;
  await uploads.cancel({ name, id, user: call.grant.user });
  answerEmpty(call.response, 204, { 'docker-upload-uuid': id });
}
