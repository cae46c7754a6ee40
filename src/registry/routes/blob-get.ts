import { answerEmpty, answerObject, type Headers } from '../http/answer.ts';
import { blobPath, type Call } from '../http/call.ts';
import { requestedRange } from '../http/range.ts';
import type { RouteOf } from '../http/route.ts';
import type { Registry } from '../registry.ts';
import { eventOf } from '../webhooks/event.ts';

/** `GET` and `HEAD /v2/<name>/blobs/<digest>`, whole or a range. */
export async function blobGet(call: Call<RouteOf<'blob'>>, registry: Registry): Promise<void> {
  const { request, response, route } = call;
  const { name, digest } = route;
  const headers = {
    'accept-ranges': 'bytes',
    'cache-control': 'max-age=31536000',
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    etag: `"${digest}"`,
  };
  if (call.method === 'HEAD') {
    const blob =
      (await registry.blobs.stat(name, digest)) ?? (await registry.pullThrough?.statBlob(name, digest));
    if (blob === null || blob === undefined) throw registry.blobs.unknown(digest);
    return answerEmpty(response, 200, { ...headers, 'content-length': blob.size });
  }
  const object =
    (await registry.pullThrough?.openBlob(name, digest)) ?? (await registry.blobs.open(name, digest));
  try {
    if (request.headers['if-none-match']?.includes(headers.etag)) return answerEmpty(response, 304, headers);
    const range = requestedRange(request.headers.range, object.size);
    const partial: Headers =
      range === null ? {} : { 'content-range': `bytes ${range.start}-${range.end - 1}/${object.size}` };
    const wanted = range ?? { start: 0, end: object.size };
    await answerObject(response, range === null ? 200 : 206, { ...headers, ...partial }, object, wanted);
    registry.notify(
      eventOf(
        call,
        'pull',
        { digest, size: object.size, mediaType: headers['content-type'] },
        blobPath(name, digest),
      ),
    );
  } finally {
    await object.close();
  }
}
