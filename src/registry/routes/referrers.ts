import { mediaTypes } from '../../wire/oci-image.ts';
import { answerJson } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import type { RouteOf } from '../http/route.ts';
import type { Registry } from '../registry.ts';
import type { Referrer } from '../store/referrers.ts';

/** Bytes of descriptors in one answer: an index is a manifest, and clients read those up to 4 MiB. */
const PAGE_BYTES = 3 << 20;

/** `GET /v2/<name>/referrers/<digest>`: an index of the manifests that are about it. */
export async function referrers(call: Call<RouteOf<'referrers'>>, registry: Registry): Promise<void> {
  const { name, digest } = call.route;
  const artifactType = call.query.get('artifactType');
  const last = call.query.get('last') ?? '';
  const all = await registry.referrers.list(name, digest);
  const wanted = all.filter(
    (one) => one.digest > last && (artifactType === null || one.artifactType === artifactType),
  );
  const page = fitting(wanted);
  const more = page.length < wanted.length ? nextLink(call, page.at(-1)?.digest ?? '') : {};
  answerJson(
    call.response,
    200,
    { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: page },
    {
      'content-type': mediaTypes.ociIndex,
      ...(artifactType === null ? {} : { 'oci-filters-applied': 'artifactType' }),
      ...more,
    },
  );
}

function fitting(descriptors: readonly Referrer[]): readonly Referrer[] {
  let bytes = 0;
  const end = descriptors.findIndex((one) => {
    bytes += JSON.stringify(one).length + 1;
    return bytes > PAGE_BYTES;
  });
  // One that is larger than a page alone still goes.
  return end < 0 ? descriptors : descriptors.slice(0, Math.max(1, end));
}

function nextLink(call: Call<RouteOf<'referrers'>>, last: string): { link: string } {
  const query = new URLSearchParams(call.query);
  query.set('last', last);
  return { link: `</v2/${call.route.name}/referrers/${call.route.digest}?${query}>; rel="next"` };
}
