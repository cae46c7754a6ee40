import type { ContainerSummary } from '../../wire/generated/engine-api.ts';
import { type VersionRule, without } from './adapt.ts';

export const summaryRules: readonly VersionRule<ContainerSummary>[] = [
  {
    before: 46,
    why: 'annotations were not listed',
    apply: (summary) =>
      summary.HostConfig ? { ...summary, HostConfig: without(summary.HostConfig, 'Annotations') } : summary,
  },
  {
    before: 48,
    why: 'images had no manifest to name',
    apply: (summary) => without(summary, 'ImageManifestDescriptor'),
  },
  { before: 52, why: 'health was only in the status text', apply: (summary) => without(summary, 'Health') },
];
