/** A list of manifests, to the byte as docker's client makes it. */
import { invalid } from '../../errors/minke-error.ts';
import { compactJson, indentJson } from '../../kit/json/go-text.ts';
import { type Reference, referenceString } from '../../kit/reference/reference.ts';
import { mediaTypes } from '../../wire/oci-image.ts';
import { type ImageManifest, type ManifestPlatform, platformFields } from './image-manifest.ts';

const noPlatform: ManifestPlatform = {
  architecture: '',
  os: '',
  'os.version': '',
  'os.features': [],
  variant: '',
};

function listed(target: Reference, { ref, descriptor }: ImageManifest): Record<string, unknown> {
  if (ref.domain !== target.domain)
    throw invalid(
      `cannot use source images from a different registry than the target image: ${ref.domain} != ${target.domain}`,
    );
  const { mediaType, size, digest, platform } = descriptor;
  return { mediaType, size, digest, platform: platformFields(platform ?? noPlatform) };
}

export interface ListDocument {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** @throws invalid where an image is of another registry than the list */
export function listDocument(target: Reference, manifests: readonly ImageManifest[]): ListDocument {
  const isOci = manifests[0]?.descriptor.mediaType === mediaTypes.ociManifest;
  const mediaType = isOci ? mediaTypes.ociIndex : mediaTypes.dockerIndex;
  const document = {
    schemaVersion: 2,
    mediaType,
    manifests: manifests.map((manifest) => listed(target, manifest)),
  };
  return { mediaType, bytes: Buffer.from(indentJson(compactJson(JSON.stringify(document)), '   ')) };
}

/** What a registry may be given says for each image what it runs on. */
export function checkPlatforms(manifests: readonly ImageManifest[]): void {
  for (const { ref, descriptor } of manifests)
    if (!descriptor.platform?.architecture || !descriptor.platform.os)
      throw invalid(
        `manifest ${referenceString(ref)} must have an OS and Architecture to be pushed to a registry`,
      );
}
