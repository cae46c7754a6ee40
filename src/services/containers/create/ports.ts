/** `-p`, `-P`, `--expose` as the network service takes them. */
import { invalid } from '../../../errors/minke-error.ts';
import type { PortRequest } from '../../networks/contract.ts';

type Proto = PortRequest['proto'];
type Bindings = Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>> | null;
type Exposed = Readonly<Record<string, unknown>> | null;

export interface Port {
  readonly proto: Proto;
  readonly port: number;
}

const MOST = 65_535;

const isProto = (text: string): text is Proto => text === 'tcp' || text === 'udp' || text === 'sctp';

/** `80/tcp`; a range counts as each of its ports. @throws invalid */
export function parsePorts(text: string): Port[] {
  const [, first = '', last = first, proto = 'tcp'] =
    /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(\w+))?$/.exec(text) ?? [];
  const name = proto.toLowerCase();
  if (first === '' || !isProto(name) || Number(last) > MOST || Number(first) > Number(last)) {
    throw invalid(`invalid port specification: ${JSON.stringify(text)}`);
  }
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => ({
    proto: name,
    port: Number(first) + index,
  }));
}

/** `8080`, `8080-8090`, '' for any. */
function parseHostPort(text: string): { hostPort: number; hostPortEnd: number } {
  if (text === '') return { hostPort: 0, hostPortEnd: 0 };
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  if (first === '' || Number(last) > MOST || Number(first) > Number(last)) {
    throw invalid(`invalid port specification: ${JSON.stringify(text)}`);
  }
  return { hostPort: Number(first), hostPortEnd: Number(last) };
}

/** All that is published. @throws invalid */
export function portRequests(bindings: Bindings, exposed: Exposed, publishAll: boolean): PortRequest[] {
  const requests: PortRequest[] = [];
  const bound = new Set<string>();
  for (const [key, list] of Object.entries(bindings ?? {})) {
    const [port] = parsePorts(key);
    if (port === undefined || port.port === 0)
      throw invalid(`invalid port specification: ${JSON.stringify(key)}`);
    const { proto, port: containerPort } = port;
    for (const { HostIp, HostPort } of list ?? []) {
      bound.add(`${containerPort}/${proto}`);
      requests.push({ proto, containerPort, hostIp: HostIp, ...parseHostPort(HostPort) });
    }
  }
  if (publishAll) {
    for (const { proto, port } of exposedPorts(bindings, exposed)) {
      if (bound.has(`${port}/${proto}`)) continue;
      requests.push({ proto, containerPort: port, hostIp: '', hostPort: 0, hostPortEnd: 0 });
    }
  }
  return requests;
}

/** Exposed ports, those that are published included, once each. */
export function exposedPorts(bindings: Bindings, exposed: Exposed): Port[] {
  const ports = new Map<string, Port>();
  for (const key of [...Object.keys(exposed ?? {}), ...Object.keys(bindings ?? {})]) {
    for (const port of parsePorts(key)) ports.set(`${port.port}/${port.proto}`, port);
  }
  return [...ports.values()];
}
