import type { ContainerStatsResponse } from '../../wire/generated/engine-api.ts';
import { type VersionRule, without } from './adapt.ts';

export const statsRules: readonly VersionRule<ContainerStatsResponse>[] = [
  { before: 52, why: 'the kind of system was not told', apply: (stats) => without(stats, 'os_type') },
];

/** Whether an answer is of a container that runs: the others hold no time of reading. */
const isRead = ({ read }: ContainerStatsResponse): boolean => !(read ?? '').startsWith('0001-');

/** For the answer to `one-shot=true`, besides. */
export const oneShotRules: readonly VersionRule<ContainerStatsResponse>[] = [
  ...statsRules,
  {
    before: 52,
    why: 'one look at a running container did not name it',
    apply: (stats) => (isRead(stats) ? without(without(stats, 'id'), 'name') : stats),
  },
];
