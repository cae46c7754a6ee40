/** Images in a registry in memory, for tests of pulls. */
import { gzipSync } from 'node:zlib';
import type { MemoryRemote } from '../../../src/drivers/remote/memory/memory-remote.ts';
import { type Digest, sha256 } from '../../../src/wire/digest.ts';
import { mediaTypes } from '../../../src/wire/oci-image.ts';
import type { MadeImage } from './memory-service.ts';

export interface Published {
  readonly manifest: Buffer;
  readonly digest: Digest;
  /** Of the compressed layers. */
  readonly blobs: readonly Digest[];
}

const descriptor = (mediaType: string, bytes: Buffer): Record<string, unknown> => ({
  mediaType,
  digest: sha256(bytes),
  size: bytes.length,
});

/** Puts the image there as OCI, with gzip. The text has blanks that only bytes keep. */
export function publish(
  remote: MemoryRemote,
  repository: string,
  image: MadeImage,
  options: {
    readonly tag?: string;
    readonly change?: (plain: Record<string, unknown>) => unknown;
    readonly mediaType?: string;
  } = {},
): Published {
  const stored = remote.repository(repository);
  const packed = image.layers.map((layer) => gzipSync(layer));
  const plain = {
    schemaVersion: 2,
    mediaType: options.mediaType ?? mediaTypes.ociManifest,
    config: descriptor(mediaTypes.ociConfig, image.config),
    layers: packed.map((bytes) => descriptor(mediaTypes.ociLayerGzip, bytes)),
    annotations: { 'foreign.note': 'kept' },
  };
  const bytes = Buffer.from(`${JSON.stringify(options.change?.(plain) ?? plain, null, 5)}\n`);
  const digest = sha256(bytes);
  for (const blob of [image.config, ...packed]) stored.blobs.set(sha256(blob), blob);
  stored.manifests.set(digest, { digest, mediaType: plain.mediaType, size: bytes.length, bytes });
  if (options.tag !== undefined) stored.tags.set(options.tag, digest);
  return { manifest: bytes, digest, blobs: packed.map((blob) => sha256(blob)) };
}

/** An index of images that are there already. */
export function publishIndex(
  remote: MemoryRemote,
  repository: string,
  images: readonly { readonly published: Published; readonly platform: object }[],
  tag: string,
): Digest {
  const stored = remote.repository(repository);
  const mediaType = mediaTypes.ociIndex;
  const manifests = images.map(({ published, platform }) => ({
    ...descriptor(mediaTypes.ociManifest, published.manifest),
    platform,
  }));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
  const digest = sha256(bytes);
  stored.manifests.set(digest, { digest, mediaType, size: bytes.length, bytes });
  stored.tags.set(tag, digest);
  return digest;
}
