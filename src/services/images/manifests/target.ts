/** The document that a name stands for at a registry: an index, or the manifest of its only image. */
import type { Digest } from '../../../wire/digest.ts';
import { parseManifest } from '../../../wire/oci-document.ts';
import { type Descriptor, documentLimits, type Index } from '../../../wire/oci-image.ts';
import type { ImageEntry, KeptManifest } from '../catalog.ts';
import type { ImageParts } from '../parts.ts';
import { cameBy } from '../platform/together.ts';

export interface IndexDocument {
  readonly kind: 'index';
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly index: Index;
}

export interface ManifestTarget {
  readonly kind: 'manifest';
  readonly kept: KeptManifest;
}

/** An index that is here, byte for byte; null where it is not. */
export async function readIndex(
  { blobs }: Pick<ImageParts, 'blobs'>,
  digest: Digest,
): Promise<IndexDocument | null> {
  const bytes = await blobs.store.read(digest, documentLimits.manifest);
  if (bytes === null) return null;
  const parsed = parseManifest(bytes, '');
  return parsed.kind === 'index'
    ? { kind: 'index', digest, mediaType: parsed.mediaType, bytes, index: parsed.index }
    : null;
}

/**
 * Of images that share a name: the index that they all came by, the newest first. Of one image without an index its
 * manifest. Undefined for what came by none (built, imported, loaded).
 */
export async function targetOf(
  parts: Pick<ImageParts, 'blobs'>,
  images: readonly ImageEntry[],
): Promise<IndexDocument | ManifestTarget | undefined> {
  for (const kept of images[0]?.record.manifests ?? []) {
    const { index } = kept;
    if (index === undefined) {
      if (images.length === 1) return { kind: 'manifest', kept };
      continue;
    }
    const document = images.every((entry) => cameBy(entry, index)) ? await readIndex(parts, index) : null;
    if (document !== null) return document;
  }
  return undefined;
}

export const isAttestation = ({ annotations }: Descriptor): boolean =>
  annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
