/** Which image of an index is for which machine; the order of preference is containerd's (platforms.Only). */
import { isSame, normalPlatform, runnable } from '../../../kit/platform/match.ts';
import type { Descriptor } from '../../../wire/oci-image.ts';
import { mediaTypes } from '../../../wire/oci-image.ts';
import type { ImagePlatform } from '../parts.ts';

const imageTypes: readonly string[] = [
  mediaTypes.ociManifest,
  mediaTypes.dockerManifest,
  mediaTypes.ociIndex,
  mediaTypes.dockerIndex,
];

/** Images and indexes; signatures, attestations and the like are none. */
export const isImageDescriptor = ({ mediaType, annotations, platform }: Descriptor): boolean =>
  imageTypes.includes(mediaType) &&
  annotations?.['vnd.docker.reference.type'] !== 'attestation-manifest' &&
  platform?.os !== 'unknown';

/** Of an index, the image that fits best; one that names no platform where none does. */
export function choosePlatform(
  manifests: readonly Descriptor[],
  platform: ImagePlatform,
): Descriptor | undefined {
  const images = manifests.filter(isImageDescriptor);
  for (const wanted of runnable(platform)) {
    const found = images.find(
      ({ platform: other }) => other && isSame(normalPlatform(withoutEmpty(other)), wanted),
    );
    if (found !== undefined) return found;
  }
  return images.find(({ platform: other }) => other === undefined || other === null);
}

const withoutEmpty = ({ os, architecture, variant }: NonNullable<Descriptor['platform']>): ImagePlatform => ({
  os,
  architecture,
  ...(variant ? { variant } : {}),
});

/**
 * Where an image of that platform stands in the choice of a machine: 0 is the machine's own, Infinity what it does
 * not run.
 */
export function preference(image: ImagePlatform, machine: ImagePlatform): number {
  const own = normalPlatform(image);
  const at = runnable(machine).findIndex((platform) => isSame(platform, own));
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}
