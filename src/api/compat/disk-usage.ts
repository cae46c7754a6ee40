import type { VersionRule } from './adapt.ts';

type DiskUsage = Record<string, unknown>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const withVirtualSize = (usage: DiskUsage): DiskUsage =>
  Array.isArray(usage.Images)
    ? {
        ...usage,
        Images: usage.Images.map((image) =>
          isObject(image) && image.Size !== 0 ? { ...image, VirtualSize: image.Size } : image,
        ),
      }
    : usage;

/** No names were `null` here, other than in the list of images. */
const named = (names: unknown): unknown => (Array.isArray(names) && names.length === 0 ? null : names);

const withNullNames = (usage: DiskUsage): DiskUsage =>
  Array.isArray(usage.Images)
    ? {
        ...usage,
        Images: usage.Images.map((image) =>
          isObject(image)
            ? { ...image, RepoTags: named(image.RepoTags), RepoDigests: named(image.RepoDigests) }
            : image,
        ),
      }
    : usage;

export const diskUsageRules: readonly VersionRule<DiskUsage>[] = [
  { before: 42, why: 'the build cache had a sum', apply: (usage) => ({ ...usage, BuilderSize: 0 }) },
  { before: 44, why: 'the size had two names', apply: withVirtualSize },
  { before: 52, why: 'no names were null', apply: withNullNames },
];
