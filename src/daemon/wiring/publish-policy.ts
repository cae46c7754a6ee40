import { invalid } from '../../errors/minke-error.ts';
import { type PublishPolicy, publishPolicies } from '../../services/networks/publish-policy.ts';
import type { Settings } from '../settings/table.ts';

/** @throws invalid */
export function publishPolicyOf({
  publishPolicy,
  userlandProxy,
}: Pick<Settings, 'publishPolicy' | 'userlandProxy'>): PublishPolicy {
  const policy = publishPolicies.find((each) => each === publishPolicy);
  if (policy === undefined) {
    throw invalid(`invalid publish-policy: ${publishPolicy}; there are ${publishPolicies.join(', ')}`);
  }
  if (policy === 'firewalled' && !userlandProxy) {
    throw invalid('the publish-policy firewalled needs the userland proxy, which is switched off');
  }
  return policy;
}
