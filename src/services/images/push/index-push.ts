/** A name for several platforms: all of its images, and the index that they came by. */
import { PassingFailure, RegistryRefusal } from '../../../drivers/remote/contract.ts';
import type { Digest } from '../../../wire/digest.ts';
import type { ImageEntry } from '../catalog.ts';
import type { IndexDocument } from '../manifests/target.ts';
import { whenAsked } from '../transfer/retry.ts';
import { BlobGone } from './blob-source.ts';
import { type CopySource, copyManifest } from './copy-manifest.ts';
import { type Emit, pushByManifest } from './image-push.ts';
import type { PushTarget } from './layer-job.ts';
import { planIndex } from './plan-index.ts';

/**
 * Repositories that have the document, as far as is known here: those that the images were pulled from.
 * @param document undefined: any of the images' documents
 */
export function sourcesOf(
  { parts, enter }: PushTarget,
  images: readonly Digest[],
  document: Digest | undefined,
): CopySource[] {
  const refs = images
    .flatMap((id) => parts.names.of(id))
    .filter(({ digest }) => digest !== undefined && (document ?? digest) === digest);
  const names = new Map(refs.map((ref) => [`${ref.domain}/${ref.path}`, ref]));
  return [...names.values()].map((ref) => ({
    domain: ref.domain,
    path: ref.path,
    repository: parts.remote.open(ref, {
      actions: 'pull',
      credentials: enter(ref.domain),
    }),
  }));
}

/** False where no source gives it. */
async function copied(sources: readonly CopySource[], target: PushTarget, digest: Digest): Promise<boolean> {
  for (const source of sources) {
    try {
      await copyManifest(source, target, digest);
      return true;
    } catch (error) {
      target.rules.signal.throwIfAborted();
      if (!(error instanceof RegistryRefusal) && !(error instanceof PassingFailure)) throw error;
    }
  }
  return false;
}

/**
 * Brings everything below the index to the registry; the index itself is the caller's to put. Answers what could not
 * be had, undefined where nothing is missing.
 */
export async function pushBelowIndex(
  target: PushTarget,
  entries: readonly ImageEntry[],
  document: IndexDocument,
  emit: Emit,
): Promise<string | undefined> {
  const { images, others, missing } = planIndex(document, entries);
  const [absent] = missing;
  if (absent !== undefined) return `image ${absent.digest} of the index is not here`;
  try {
    for (const { entry, kept } of images) {
      const pushed = await pushByManifest(target, entry, kept, emit);
      await whenAsked(
        () => target.repository.putManifest(kept.digest, pushed, target.rules.signal),
        target.rules,
        { say: () => {} },
      );
    }
  } catch (error) {
    if (error instanceof BlobGone) return error.message;
    throw error;
  }
  const sources = sourcesOf(
    target,
    entries.map(({ id }) => id),
    document.digest,
  );
  for (const digest of others)
    if (!(await copied(sources, target, digest)))
      return `manifest ${digest} of the index is neither here nor given by the registry that it came from`;
  return undefined;
}
