/** Limits of traffic, put into the kernel: what a container sends at its own end, what comes to it at the host's. */
import type { NetworkDriver } from '../../drivers/network/contract.ts';
import { invalid, messageOf, notImplemented } from '../../errors/minke-error.ts';
import type { Step } from '../../host/netns/contract.ts';
import { type Limits, limitsOf, type Options } from './limits.ts';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from './records.ts';
import type { NetworkState } from './state.ts';

type Place = Pick<NetworkDriver, 'name' | 'attaches' | 'hostLink'>;

/** @throws invalid, where limits can't be read or the driver has no place for them */
export function checkLimits(driver: Place, network: Options, endpoint: Options): void {
  const { egress, ingress } = limitsOf(network, endpoint);
  if (egress === null && ingress === null) return;
  if (!driver.attaches)
    throw invalid(`the ${driver.name} driver has no interfaces whose traffic could be limited`);
  if (ingress !== null && driver.hostLink === undefined) {
    throw invalid(`minke.ingress is not supported by the ${driver.name} driver; minke.egress is`);
  }
}

function steps(
  state: NetworkState,
  { namespace }: SandboxRecord,
  { id, link, driverOpts }: EndpointRecord,
  network: NetworkRecord,
  before: Limits | null | 'unknown',
): Step[] {
  const limits = limitsOf(network.options, driverOpts);
  const outside = state.driver(network).hostLink?.(id);
  const wanted: Step[] = [];
  const had = (way: keyof Limits): boolean => before === 'unknown' || Boolean(before?.[way]);
  if (limits.egress !== null || had('egress')) {
    wanted.push({ do: 'shape', namespace, link, shape: limits.egress });
  }
  if (outside !== undefined && (limits.ingress !== null || had('ingress'))) {
    wanted.push({ do: 'shape', namespace: null, link: outside, shape: limits.ingress });
  }
  return wanted;
}

/** @param before limits that may be in the kernel already; null: none */
export async function shapeEndpoint(
  state: NetworkState,
  sandbox: SandboxRecord,
  endpoint: EndpointRecord,
  network: NetworkRecord,
  before: Limits | null | 'unknown' = null,
): Promise<void> {
  const wanted = steps(state, sandbox, endpoint, network, before);
  if (wanted.length === 0) return;
  try {
    await state.options.stack.run(wanted);
  } catch (error) {
    // The kernel's own sentence where it has no discipline of that name.
    if (!/qdisc kind is unknown/i.test(messageOf(error))) throw error;
    throw notImplemented(
      `the kernel can't limit traffic so: rates need its module sch_tbf, minke.delay and minke.loss sch_netem`,
      error,
    );
  }
}
