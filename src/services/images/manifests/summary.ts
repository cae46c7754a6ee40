/** What is here of an image that came for several platforms, as the API shows it (`manifests=1`). */
import type { ImageManifestSummary, OCIDescriptor, OCIPlatform } from '../../../wire/generated/engine-api.ts';
import { parseManifest } from '../../../wire/oci-document.ts';
import { type Descriptor, documentLimits, type Manifest } from '../../../wire/oci-image.ts';
import type { ImageEntry, KeptManifest } from '../catalog.ts';
import type { ImageParts, ImagePlatform } from '../parts.ts';
import { isImageDescriptor } from '../platform/match.ts';
import { platformOf } from '../platform/of-image.ts';
import { type IndexDocument, isAttestation, type ManifestTarget, targetOf } from './target.ts';

export interface ManifestsView {
  /** Undefined where the image came by no manifest. */
  readonly descriptor?: OCIDescriptor;
  readonly manifests: ImageManifestSummary[];
}

const plain = ({ mediaType, digest, size }: KeptManifest): Descriptor => ({
  mediaType,
  digest,
  size,
  urls: undefined,
  annotations: undefined,
  platform: undefined,
});

const ociPlatform = ({
  architecture,
  os,
  variant,
  'os.version': version,
}: NonNullable<Descriptor['platform']> | (ImagePlatform & { 'os.version'?: string })): OCIPlatform => ({
  architecture,
  os,
  ...(version ? { 'os.version': version } : {}),
  ...(variant ? { variant } : {}),
});

function descriptorOf({ mediaType, digest, size, annotations, platform }: Descriptor): OCIDescriptor {
  return {
    mediaType,
    digest,
    size,
    ...(annotations ? { annotations: { ...annotations } } : {}),
    ...(platform ? { platform: ociPlatform(platform) } : {}),
  };
}

async function manifestHere(
  { blobs }: ImageParts,
  { digest, mediaType }: Descriptor,
): Promise<Manifest | null> {
  const bytes = await blobs.store.read(digest, documentLimits.manifest);
  if (bytes === null) return null;
  const parsed = parseManifest(bytes, mediaType);
  return parsed.kind === 'manifest' ? parsed.manifest : null;
}

/** Bytes of what the manifest names and the store of blobs has. */
async function contentSize(parts: ImageParts, descriptor: Descriptor): Promise<number> {
  const manifest = await manifestHere(parts, descriptor);
  if (manifest === null) return 0;
  let size = descriptor.size;
  const seen = new Set<string>();
  for (const blob of [manifest.config, ...manifest.layers]) {
    if (seen.has(blob.digest) || !(await parts.blobs.store.has(blob.digest))) continue;
    seen.add(blob.digest);
    size += blob.size;
  }
  return size;
}

const cameAs = ({ record }: ImageEntry, { digest }: Descriptor): boolean =>
  record.manifests?.some((kept) => kept.digest === digest) === true;

async function summary(
  parts: ImageParts,
  images: readonly ImageEntry[],
  descriptor: Descriptor,
): Promise<ImageManifestSummary> {
  const entry = images.find((image) => cameAs(image, descriptor));
  const content = await contentSize(parts, descriptor);
  const common = {
    ID: descriptor.digest,
    Descriptor: descriptorOf(descriptor),
    Available: entry !== undefined,
  };
  if (isAttestation(descriptor))
    return {
      ...common,
      Available: content > 0,
      Size: { Total: content, Content: content },
      Kind: 'attestation',
      AttestationData: { For: descriptor.annotations?.['vnd.docker.reference.digest'] ?? '' },
    };
  const platform = descriptor.platform ?? (entry && platformOf(entry));
  if (!isImageDescriptor(descriptor) || !platform)
    return { ...common, Size: { Total: content, Content: content }, Kind: 'unknown' };
  const unpacked = entry?.size ?? 0;
  return {
    ...common,
    Size: { Total: content + unpacked, Content: content },
    Kind: 'image',
    ImageData: {
      Platform: ociPlatform(platform),
      Containers: entry === undefined ? [] : parts.usedBy(entry.id).map(({ container }) => container),
      Size: { Unpacked: unpacked },
    },
  };
}

const outer = (target: IndexDocument | ManifestTarget): Descriptor =>
  plain(
    target.kind === 'manifest'
      ? target.kept
      : { mediaType: target.mediaType, digest: target.digest, size: target.bytes.length },
  );

/** @param images those of one name, one a platform */
export async function manifestsView(
  parts: ImageParts,
  images: readonly ImageEntry[],
): Promise<ManifestsView> {
  const target = await targetOf(parts, images);
  if (target === undefined) return { manifests: [] };
  const top = outer(target);
  const listed = target.kind === 'manifest' ? [top] : target.index.manifests;
  const manifests: ImageManifestSummary[] = [];
  for (const descriptor of listed) manifests.push(await summary(parts, images, descriptor));
  return { descriptor: descriptorOf(top), manifests };
}
