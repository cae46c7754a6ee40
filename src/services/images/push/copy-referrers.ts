/** What refers to an image goes along to another registry. */
import type { Digest } from '../../../wire/digest.ts';
import { type Descriptor, mediaTypes } from '../../../wire/oci-image.ts';
import { statusMessage } from '../progress.ts';
import { type CopySource, copyManifest } from './copy-manifest.ts';
import type { Emit } from './image-push.ts';
import type { PushTarget } from './layer-job.ts';

/** A signature of an attestation, and no further. */
const MAX_DEPTH = 2;

function indexOf(manifests: readonly Descriptor[]): { mediaType: string; bytes: Buffer } {
  const listed = manifests.map(({ mediaType, digest, size, artifactType, annotations }) => ({
    mediaType,
    digest,
    size,
    ...(annotations ? { annotations } : {}),
    ...(artifactType === undefined ? {} : { artifactType }),
  }));
  const document = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: listed };
  return { mediaType: mediaTypes.ociIndex, bytes: Buffer.from(JSON.stringify(document)) };
}

/** At a registry that keeps no account of referrers, the index under their tag names the new ones too. */
async function account(
  { repository, rules }: PushTarget,
  subject: Digest,
  copied: readonly Descriptor[],
): Promise<void> {
  const { manifests, tag } = await repository.referrers(subject, rules.signal);
  if (tag === null) return;
  const known = new Set(manifests.map(({ digest }) => digest));
  const added = copied.filter(({ digest }) => !known.has(digest));
  if (added.length > 0) await repository.putManifest(tag, indexOf([...manifests, ...added]), rules.signal);
}

async function copyOf(
  source: CopySource,
  target: PushTarget,
  subject: Digest,
  emit: Emit,
  depth: number,
): Promise<number> {
  const { manifests } = await source.repository.referrers(subject, target.rules.signal);
  let count = 0;
  for (const { digest, artifactType } of manifests) {
    await copyManifest(source, target, digest);
    emit(statusMessage(`Copied ${artifactType ?? 'referrer'} ${digest}`));
    count++;
    if (depth < MAX_DEPTH) count += await copyOf(source, target, digest, emit, depth + 1);
  }
  if (manifests.length > 0) await account(target, subject, manifests);
  return count;
}

/**
 * Copies what refers to the manifests from each source. Answers how many came.
 * @param subjects manifests and indexes that are at the target
 * @throws what a registry refuses
 */
export async function copyReferrers(
  sources: readonly CopySource[],
  target: PushTarget,
  subjects: readonly Digest[],
  emit: Emit,
): Promise<number> {
  let count = 0;
  for (const source of sources)
    for (const subject of subjects) count += await copyOf(source, target, subject, emit, 0);
  return count;
}
