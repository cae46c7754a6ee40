/** Which image of an index is for which machine; the order of preference is containerd's (platforms.Only). */
import type { Descriptor } from '../../../wire/oci-image.ts';
import { mediaTypes } from '../../../wire/oci-image.ts';
import type { ImagePlatform } from '../parts.ts';

/** Names and variants that mean the same are made one. */
export function normalPlatform({ os, architecture, variant = '' }: ImagePlatform): ImagePlatform {
  const lower = architecture.toLowerCase();
  const names: Readonly<Record<string, string>> = {
    x86_64: 'amd64',
    'x86-64': 'amd64',
    i386: '386',
    aarch64: 'arm64',
    armhf: 'arm',
    armel: 'arm',
  };
  const name = names[lower] ?? lower;
  const given = lower === 'armel' ? 'v6' : variant.toLowerCase().replace(/^(?=\d)/, 'v');
  const usual = name === 'arm64' ? 'v8' : name === 'arm' ? 'v7' : name === 'amd64' ? 'v1' : '';
  const made = given === '' && name === 'arm' ? 'v7' : given;
  const shown = made === usual && name !== 'arm' ? '' : made;
  return { os: os.toLowerCase(), architecture: name, ...(shown === '' ? {} : { variant: shown }) };
}

/** What a machine of that platform runs, best first. */
export function runnable(platform: ImagePlatform): ImagePlatform[] {
  const own = normalPlatform(platform);
  const { os, architecture, variant } = own;
  const older = (from: number): ImagePlatform[] =>
    Array.from({ length: Math.max(0, from - 4) }, (_, i) => ({
      os,
      architecture: 'arm',
      variant: `v${from - i}`,
    }));
  if (architecture === 'amd64') {
    const level = Number(variant?.slice(1) ?? 1);
    const lower = Array.from({ length: Math.max(0, level - 1) }, (_, i) =>
      normalPlatform({ os, architecture, variant: `v${level - 1 - i}` }),
    );
    return [own, ...lower, { os, architecture: '386' }];
  }
  if (architecture === 'arm64')
    return [own, ...(variant === undefined ? [] : [{ os, architecture }]), ...older(8)];
  if (architecture === 'arm') return older(Number(variant?.slice(1) ?? 7));
  return [own];
}

const same = (a: ImagePlatform, b: ImagePlatform): boolean =>
  a.os === b.os && a.architecture === b.architecture && a.variant === b.variant;

/** Whether an image of the one platform is what was asked for by the other. */
export const isPlatform = (image: ImagePlatform, wanted: ImagePlatform): boolean => {
  const [a, b] = [normalPlatform(image), normalPlatform(wanted)];
  return same(a, b) || (wanted.variant === undefined && a.os === b.os && a.architecture === b.architecture);
};

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
      ({ platform: other }) => other && same(normalPlatform(withoutEmpty(other)), wanted),
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
  const at = runnable(machine).findIndex((platform) => same(platform, own));
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}
