/** Which ports of a running container stay as they are when others are published or no longer so. */
import type { BindingRecord, SandboxRecord } from './records.ts';

type PortRequest = SandboxRecord['requested'][number];

const sameRequest = (a: PortRequest, b: PortRequest): boolean =>
  a.proto === b.proto &&
  a.containerPort === b.containerPort &&
  a.hostIp === b.hostIp &&
  a.hostPort === b.hostPort &&
  a.hostPortEnd === b.hostPortEnd;

function fits(binding: BindingRecord, request: PortRequest): boolean {
  const { proto, containerPort, hostIp, hostPort, hostPortEnd } = request;
  if (binding.proto !== proto || binding.containerPort !== containerPort) return false;
  if (hostIp !== '' && binding.hostIp !== hostIp) return false;
  // Routed ones have no port of the host, and a request for any port takes what it got.
  return (
    hostPort === 0 ||
    binding.hostPort === 0 ||
    (hostPort <= binding.hostPort && binding.hostPort <= hostPortEnd)
  );
}

/** The bindings of each request. They stand in the order of the requests, one an address of the host. */
export function sharedOut(
  requests: readonly PortRequest[],
  bindings: readonly BindingRecord[],
): BindingRecord[][] {
  const left = [...bindings];
  return requests.map((request) => {
    const own: BindingRecord[] = [];
    for (let first = left[0]; first !== undefined; first = left[0]) {
      const { hostIp, hostPort } = first;
      // The same port on each address; routed ones (0) come first.
      const other = own.some(
        (before) => before.hostIp === hostIp || ![0, hostPort].includes(before.hostPort),
      );
      if (other || !fits(first, request)) break;
      own.push(first);
      left.shift();
    }
    return own;
  });
}

export interface PublishChange {
  /** Requests that stay, with the bindings that they have. */
  readonly kept: readonly PortRequest[];
  readonly keptBindings: readonly BindingRecord[];
  readonly added: readonly PortRequest[];
  readonly goneBindings: readonly BindingRecord[];
}

export function publishChange(
  before: { readonly requested: readonly PortRequest[]; readonly bindings: readonly BindingRecord[] },
  wanted: readonly PortRequest[],
): PublishChange {
  const open = [...wanted];
  const kept: PortRequest[] = [];
  const [keptBindings, goneBindings]: [BindingRecord[], BindingRecord[]] = [[], []];
  for (const [at, own] of sharedOut(before.requested, before.bindings).entries()) {
    const request = before.requested[at];
    if (request === undefined) continue;
    const again = open.findIndex((other) => sameRequest(request, other));
    if (again === -1) {
      goneBindings.push(...own);
      continue;
    }
    open.splice(again, 1);
    kept.push(request);
    keptBindings.push(...own);
  }
  return { kept, keptBindings, added: open, goneBindings };
}
