import type { RemoteManifest, Repository } from '../../../drivers/remote/contract.ts';
import { invalid, notFound } from '../../../errors/minke-error.ts';
import { normalPlatform } from '../../../kit/platform/match.ts';
import { familiarString, type Reference } from '../../../kit/reference/reference.ts';
import { showPlatform } from '../../../wire/api/platform.ts';
import { parseManifest } from '../../../wire/oci-document.ts';
import { type Descriptor, isSchema1, type Manifest, mediaTypes } from '../../../wire/oci-image.ts';
import type { ImagePlatform } from '../parts.ts';
import { choosePlatform } from '../platform/match.ts';

const MAX_DEPTH = 4;

/** The image that a name stands for on one platform, and the documents that say so. */
export interface ResolvedManifest {
  readonly manifest: Manifest;
  readonly document: RemoteManifest;
  /** The outermost index that it was chosen from. */
  readonly index?: RemoteManifest;
}

const configTypes: readonly string[] = [mediaTypes.ociConfig, mediaTypes.dockerConfig];
const layerTypes: readonly string[] = [
  mediaTypes.ociLayer,
  mediaTypes.ociLayerGzip,
  mediaTypes.ociLayerZstd,
  mediaTypes.dockerLayer,
  mediaTypes.dockerLayerGzip,
  mediaTypes.dockerLayerZstd,
  mediaTypes.ociForeignLayer,
  mediaTypes.ociForeignLayerGzip,
  mediaTypes.ociForeignLayerZstd,
  mediaTypes.dockerForeignLayerGzip,
];

const noPlatform = (platform: ImagePlatform): Error => {
  const { os, architecture, variant } = normalPlatform(platform);
  const shown = { os, architecture, variant: variant ?? (architecture === 'arm64' ? 'v8' : '') };
  return notFound(`no matching manifest for ${showPlatform(shown)} in the manifest list entries`);
};

async function child(
  repository: Repository,
  descriptor: Descriptor,
  signal: AbortSignal,
): Promise<RemoteManifest> {
  const found = await repository.manifest(descriptor.digest, signal);
  if (found.size !== descriptor.size)
    throw invalid(`size mismatch: ${descriptor.digest} is ${found.size} bytes, not ${descriptor.size}`);
  return { ...found, mediaType: descriptor.mediaType };
}

function checkImage(manifest: Manifest): void {
  const { mediaType } = manifest.config;
  if (!configTypes.includes(mediaType))
    throw invalid(
      `Encountered remote ${JSON.stringify(mediaType)}(unknown) when fetching: not a container image`,
    );
  const layer = manifest.layers.find((one) => !layerTypes.includes(one.mediaType));
  if (layer !== undefined) throw invalid(`unsupported media type ${layer.mediaType}`);
}

/**
 * Follows indexes down to the image for the platform.
 * @param begins called once it is clear that there is an image, or an index to choose from
 */
export async function resolveManifest(
  repository: Repository,
  ref: Reference,
  first: RemoteManifest,
  platform: ImagePlatform,
  options: { readonly begins: () => void; readonly signal: AbortSignal },
): Promise<ResolvedManifest> {
  let document = first;
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    if (isSchema1(document.mediaType))
      throw invalid(
        `${familiarString(ref)} is in the Docker Image Format v1 or image manifest version 2, schema 1, which is not supported: its author should publish it as schema 2 or as an OCI image`,
      );
    const parsed = parseManifest(document.bytes, document.mediaType);
    if (parsed.kind === 'manifest') {
      checkImage(parsed.manifest);
      if (depth === 0) options.begins();
      const kept = { ...document, mediaType: parsed.mediaType };
      return { manifest: parsed.manifest, document: kept, ...(depth === 0 ? {} : { index: first }) };
    }
    if (depth === 0) options.begins();
    const chosen = choosePlatform(parsed.index.manifests, platform);
    if (chosen === undefined) throw noPlatform(platform);
    document = await child(repository, chosen, options.signal);
  }
  throw invalid('invalid manifest: indexes within indexes within indexes');
}
