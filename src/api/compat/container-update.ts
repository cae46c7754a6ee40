import type { ContainerUpdateBody } from '../../wire/containers/create.ts';
import type { VersionRule } from './adapt.ts';

export const updateRules: readonly VersionRule<ContainerUpdateBody>[] = [
  { before: 40, why: 'pids limits could not be changed', apply: (body) => ({ ...body, PidsLimit: null }) },
  { from: 42, why: 'kernel memory limits are gone', apply: (body) => ({ ...body, KernelMemory: 0 }) },
  {
    why: '0 and -1 both say "no limit"',
    apply: (body) => ((body.PidsLimit ?? 1) <= 0 ? { ...body, PidsLimit: 0 } : body),
  },
];
