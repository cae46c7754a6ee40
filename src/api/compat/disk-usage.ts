import type { VersionRule } from './adapt.ts';

type DiskUsage = Record<string, unknown>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const withVirtualSize = (usage: DiskUsage): DiskUsage =>
  Array.isArray(usage.Images)
    ? {
        ...usage,
        Images: usage.Images.map((image) =>
          isObject(image) ? { ...image, VirtualSize: image.Size } : image,
        ),
      }
    : usage;

export const diskUsageRules: readonly VersionRule<DiskUsage>[] = [
  { before: 42, why: 'the build cache had a sum', apply: (usage) => ({ ...usage, BuilderSize: 0 }) },
  { before: 44, why: 'the size had two names', apply: withVirtualSize },
];
