import type { ImageSummary } from '../../wire/generated/engine-api.ts';
import { type VersionRule, without } from './adapt.ts';

type Summary = ImageSummary & { VirtualSize?: number };

export const imageSummaryRules: readonly VersionRule<Summary>[] = [
  {
    before: 43,
    why: 'images without a name were listed under one',
    apply: (image) =>
      image.RepoTags?.length || image.RepoDigests?.length
        ? image
        : { ...image, RepoTags: ['<none>:<none>'], RepoDigests: ['<none>@<none>'] },
  },
  {
    before: 43,
    why: 'no digests were null',
    apply: (image) => (image.RepoDigests?.length ? image : { ...image, RepoDigests: null as never }),
  },
  {
    from: 43,
    why: 'no names are an empty list',
    apply: (image) => ({ ...image, RepoTags: image.RepoTags ?? [], RepoDigests: image.RepoDigests ?? [] }),
  },
  {
    before: 44,
    why: 'the size had two names, the second where there was one',
    apply: (image) => (image.Size === 0 ? image : { ...image, VirtualSize: image.Size }),
  },
  { before: 48, why: 'descriptors were not shown', apply: (image) => without(image, 'Descriptor') },
  { before: 51, why: 'use was counted by df alone', apply: (image) => ({ ...image, Containers: -1 }) },
];
