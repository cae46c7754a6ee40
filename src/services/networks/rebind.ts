/** What becomes of a running container's published ports where its ways in change. */
import type { PortRequest } from './contract.ts';
import { type Entrances, targets } from './publish.ts';
import { sharedOut } from './publish-change.ts';
import type { BindingRecord, SandboxRecord } from './records.ts';

export interface Rebound {
  /** Bindings at addresses that still lead in. */
  readonly kept: readonly BindingRecord[];
  /** What is to be bound besides, with the number of those that are kept. */
  readonly open: readonly PortRequest[];
}

/** One for each request. */
export function rebind(
  { requested, bindings }: Pick<SandboxRecord, 'requested' | 'bindings'>,
  ways: Entrances,
  options: Parameters<typeof targets>[2],
): Rebound[] {
  const shares = sharedOut(requested, bindings);
  return requested.map((request, at) => {
    const wanted = targets(request, ways, options);
    const kept = (shares[at] ?? []).filter((binding) =>
      wanted.some(({ hostIp, routed }) => hostIp === binding.hostIp && routed === (binding.hostPort === 0)),
    );
    if (kept.length === 0) return { kept, open: wanted.length === 0 ? [] : [request] };
    const port = kept.find(({ hostPort }) => hostPort !== 0)?.hostPort;
    const number = port === undefined ? {} : { hostPort: port, hostPortEnd: port };
    const missing = wanted.filter(({ hostIp }) => !kept.some((binding) => binding.hostIp === hostIp));
    return { kept, open: missing.map(({ hostIp }) => ({ ...request, ...number, hostIp })) };
  });
}
