/** OCI distribution-spec 1.1, "Listing Referrers", and the tag that stands in for it at older registries. */
import { internal, invalid } from '../../../errors/minke-error.ts';
import type { Digest } from '../../../wire/digest.ts';
import { parseManifest } from '../../../wire/oci-document.ts';
import { type Descriptor, documentLimits, mediaTypes } from '../../../wire/oci-image.ts';
import { nextLink } from '../../../wire/registry/link.ts';
import { discard, readAtMost, refusalOf } from './refusal.ts';
import type { Session } from './session.ts';

const MAX_PAGES = 100;

/** `sha256:ab…` to `sha256-ab…`; a tag has 128 characters at most. */
export const referrersTag = (digest: Digest): string => digest.replace(':', '-').slice(0, 128);

/** Throws `invalid` for what is no index. */
export function parseReferrers(bytes: Buffer, mediaType: string): readonly Descriptor[] {
  const parsed = parseManifest(bytes, mediaType);
  if (parsed.kind !== 'index') throw invalid('the list of referrers is no index');
  return parsed.index.manifests;
}

/** Null where the registry has no such list for anything. */
export async function listReferrers(
  session: Session,
  path: string,
  digest: Digest,
  signal: AbortSignal,
): Promise<readonly Descriptor[] | null> {
  const root = await session.root(signal);
  const found: Descriptor[] = [];
  let url: URL | undefined = new URL(`${path}/referrers/${digest}`, root);
  for (let page = 0; url !== undefined; page++) {
    if (page === MAX_PAGES) throw internal('the list of referrers has no end');
    const reply = await session.send(
      { method: 'GET', path: url, headers: { Accept: mediaTypes.ociIndex } },
      signal,
    );
    const type = (reply.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
    // Registries that don't know the path answer in many ways; one that does answers with an index, maybe empty.
    if (
      [400, 404, 405, 501].includes(reply.status) ||
      (reply.status === 200 && type !== mediaTypes.ociIndex)
    ) {
      await discard(reply.body);
      return null;
    }
    if (reply.status !== 200) throw await refusalOf(reply);
    const bytes = await readAtMost(reply.body, documentLimits.manifest);
    if (bytes === null) throw invalid(`list of referrers is larger than ${documentLimits.manifest} bytes`);
    found.push(...parseReferrers(bytes, type));
    const next = nextLink(reply.headers.link?.toString());
    url = next === undefined ? undefined : new URL(next, url);
    if (url !== undefined && url.origin !== root.origin)
      throw invalid('the list of referrers goes on elsewhere');
  }
  return found;
}
