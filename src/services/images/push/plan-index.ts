import type { Digest } from '../../../wire/digest.ts';
import type { Descriptor } from '../../../wire/oci-image.ts';
import type { ImageEntry, KeptManifest } from '../catalog.ts';
import type { IndexDocument } from '../manifests/target.ts';
import { isImageDescriptor } from '../platform/match.ts';

/** What has to be at the registry before the index may be. */
export interface IndexPlan {
  readonly images: readonly { readonly entry: ImageEntry; readonly kept: KeptManifest }[];
  /** Attestations and the like, which are not kept here. */
  readonly others: readonly Digest[];
  /** Images that are not here: with one of them the index can't be pushed. */
  readonly missing: readonly Descriptor[];
}

/** @param entries the images of the name */
export function planIndex({ digest, index }: IndexDocument, entries: readonly ImageEntry[]): IndexPlan {
  const images: { entry: ImageEntry; kept: KeptManifest }[] = [];
  const others: Digest[] = [];
  const missing: Descriptor[] = [];
  for (const descriptor of index.manifests) {
    if (!isImageDescriptor(descriptor)) {
      others.push(descriptor.digest);
      continue;
    }
    const keptOf = ({ record }: ImageEntry): KeptManifest | undefined =>
      record.manifests?.find((kept) => kept.digest === descriptor.digest && kept.index === digest);
    const entry = entries.find((one) => keptOf(one) !== undefined);
    const kept = entry && keptOf(entry);
    if (entry === undefined || kept === undefined) missing.push(descriptor);
    else images.push({ entry, kept });
  }
  return { images, others, missing };
}
