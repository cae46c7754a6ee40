/** Which platforms a machine runs, and which mean the same; the order of preference is containerd's (platforms.Only). */
import type { Platform } from '../../wire/api/platform.ts';
import { normalArchitecture } from './parse.ts';

/** Names and variants that mean the same are made one. */
export const normalPlatform = ({ os, architecture, variant }: Platform): Platform => ({
  os: os.toLowerCase(),
  ...normalArchitecture(architecture, variant),
});

/** Higher than any level that there is; the number may be anybody's. */
const HIGHEST = 9;
const levelOf = (variant: string | undefined, usual: number): number =>
  Math.min(HIGHEST, Number(variant?.slice(1) ?? usual) || 0);

/** What a machine of that platform runs, best first. */
export function runnable(platform: Platform): Platform[] {
  const own = normalPlatform(platform);
  const { os, architecture, variant } = own;
  const older = (from: number): Platform[] =>
    Array.from({ length: Math.max(0, from - 4) }, (_, i) => ({
      os,
      architecture: 'arm',
      variant: `v${from - i}`,
    }));
  if (architecture === 'amd64') {
    const level = levelOf(variant, 1);
    const lower = Array.from({ length: Math.max(0, level - 1) }, (_, i) =>
      normalPlatform({ os, architecture, variant: `v${level - 1 - i}` }),
    );
    return [own, ...lower, { os, architecture: '386' }];
  }
  if (architecture === 'arm64')
    return [own, ...(variant === undefined ? [] : [{ os, architecture }]), ...older(8)];
  if (architecture === 'arm') return [own, ...older(levelOf(variant, 7)).filter((one) => !isSame(one, own))];
  return [own];
}

export const isSame = (a: Platform, b: Platform): boolean =>
  a.os === b.os && a.architecture === b.architecture && a.variant === b.variant;

/** Whether an image of the one platform is what was asked for by the other. */
export const isPlatform = (image: Platform, wanted: Platform): boolean => {
  const [a, b] = [normalPlatform(image), normalPlatform(wanted)];
  return isSame(a, b) || (wanted.variant === undefined && a.os === b.os && a.architecture === b.architecture);
};

/**
 * Whether an image of the one platform will do for the other: what the wanted one runs as it is, or an image that names
 * no variant.
 */
export function fitsPlatform(image: Platform, wanted: Platform): boolean {
  const held = normalPlatform(image);
  const { os, architecture } = normalPlatform(wanted);
  const isPlain = image.variant === undefined && held.os === os && held.architecture === architecture;
  return isPlain || runnable(wanted).some((one) => isSame(one, held));
}
