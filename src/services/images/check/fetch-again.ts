/** What a repair had to drop, from the registry that it came from: by digest, and under the names that it had. */
import { messageOf } from '../../../errors/minke-error.ts';
import { familiarString, parseReference, type Reference } from '../../../kit/reference/reference.ts';
import type { Digest } from '../../../wire/digest.ts';
import { anonymous } from '../../../wire/registry/auth-header.ts';
import type { ProgressMessage } from '../contract.ts';
import { isTag } from '../names.ts';
import type { ImageParts } from '../parts.ts';
import { cameBy, nameTogether } from '../platform/together.ts';
import { pullImages } from '../pull/pull.ts';

export interface Lost {
  readonly id: Digest;
  /** Familiar references. */
  readonly names: readonly string[];
  /** Where it is another than this machine's. */
  readonly platform: string | null;
}

export type Fetched =
  | { readonly outcome: 'here' }
  /** It never came from a registry. */
  | { readonly outcome: 'nowhere' }
  | { readonly outcome: 'failed'; readonly reason: string };

/** Tags of that repository that stand for nothing by now, or for images of the same index. */
async function nameAgain(
  parts: ImageParts,
  { id, names }: Lost,
  { domain, path }: Reference,
  digest: Digest,
): Promise<void> {
  for (const ref of names.map(parseReference).filter(isTag)) {
    if (ref.domain !== domain || ref.path !== path) continue;
    const entries = parts.names.all(ref).map((one) => parts.catalog.get(one));
    const moved = entries.some((entry) => entry !== undefined && !cameBy(entry, digest));
    if (!moved) await nameTogether(parts, ref, id, digest);
  }
}

/** Nobody's credentials are at hand: what only those see who log in has to be pulled by hand. */
export async function fetchAgain(
  parts: ImageParts,
  lost: Lost,
  emit: (message: ProgressMessage) => void,
  signal: AbortSignal,
): Promise<Fetched> {
  const sources = lost.names.map(parseReference).filter(({ digest }) => digest !== undefined);
  let fetched: Fetched = { outcome: 'nowhere' };
  for (const ref of sources) {
    if (ref.digest === undefined) continue;
    try {
      const image = familiarString(ref);
      const platform = lost.platform === null ? {} : { platform: lost.platform };
      await pullImages(parts, { image, credentials: anonymous, ...platform }, emit, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (fetched.outcome === 'nowhere')
        fetched = { outcome: 'failed', reason: `it could not be fetched again: ${messageOf(error)}` };
      continue;
    }
    if (parts.catalog.get(lost.id) === undefined) {
      fetched = { outcome: 'failed', reason: `${familiarString(ref)} is another image by now` };
      continue;
    }
    await nameAgain(parts, lost, ref, ref.digest);
    fetched = { outcome: 'here' };
  }
  return parts.catalog.get(lost.id) !== undefined && fetched.outcome !== 'nowhere'
    ? { outcome: 'here' }
    : fetched;
}
