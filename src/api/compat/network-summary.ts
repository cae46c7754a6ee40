import type { NetworkSummary } from '../../wire/generated/engine-api.ts';
import type { VersionRule } from './adapt.ts';
import { withEndpoints } from './network-endpoints.ts';

type Summary = NetworkSummary & { Containers?: unknown };

export const networkSummaryRules: readonly VersionRule<Summary>[] = [
  {
    before: 52,
    why: 'listings had the members of inspect, with no endpoints in them',
    apply: (network) => withEndpoints(network, {}),
  },
];
