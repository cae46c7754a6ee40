import { isIP } from 'node:net';

export interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

export interface Published {
  readonly exposed: ReadonlySet<string>;
  readonly bindings: Readonly<Record<string, readonly PortBinding[]>>;
}

/** `80` or `80-90`; ports are 0 to 65535, in order. Undefined for anything else. */
function portRange(text: string): readonly [number, number] | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = match[2] === undefined ? from : Number(match[2]);
  return from > 65_535 || to > 65_535 || to < from ? undefined : [from, to];
}

function splitProtocol(raw: string): [port: string, protocol: string] {
  const slash = raw.indexOf('/');
  if (slash < 0) return [raw, 'tcp'];
  const protocol = raw.slice(slash + 1);
  return [raw.slice(0, slash), protocol === '' ? 'tcp' : protocol.toLowerCase()];
}

const protocols = ['tcp', 'udp', 'sctp'];

/** `target=80,published=8080,protocol=udp` to the short form. */
function shortForm(spec: string): string {
  if (!spec.includes('=')) return spec;
  const parameters: Record<string, string> = { protocol: 'tcp' };
  for (const parameter of spec.split(',')) {
    const equals = parameter.indexOf('=');
    if (equals <= 0)
      throw new Error(`invalid publish opts format (should be name=value but got '${parameter}')`);
    parameters[parameter.slice(0, equals)] = parameter.slice(equals + 1);
  }
  return `${parameters.published ?? ''}:${parameters.target ?? ''}/${parameters.protocol ?? ''}`;
}

function address(raw: string): string {
  const ip = raw.startsWith('[') && raw.endsWith(']') ? raw.slice(1, -1) : raw;
  if (ip !== '' && isIP(ip) === 0) throw new Error(`invalid IP address: ${ip}`);
  return ip;
}

function publishOne(spec: string): [port: string, binding: PortBinding][] {
  const parts = spec.split(':');
  const [container, protocol] = splitProtocol(parts.at(-1) ?? '');
  const host = parts.length > 1 ? (parts.at(-2) ?? '') : '';
  if (container === '') throw new Error(`no port specified: ${spec}<empty>`);
  if (!protocols.includes(protocol)) throw new Error(`invalid proto: ${protocol}`);
  const ip = address(parts.slice(0, -2).join(':'));
  const inside = portRange(container);
  if (inside === undefined) throw new Error(`invalid containerPort: ${container}`);
  const outside = host === '' ? undefined : portRange(host);
  if (host !== '' && outside === undefined) throw new Error(`invalid hostPort: ${host}`);
  const count = inside[1] - inside[0] + 1;
  if (outside !== undefined && count !== outside[1] - outside[0] + 1 && count !== 1)
    throw new Error(`invalid ranges specified for container and host Ports: ${container} and ${host}`);
  return Array.from({ length: count }, (_, index) => {
    let hostPort = outside === undefined ? '' : String(outside[0] + index);
    if (outside !== undefined && count === 1 && outside[0] !== outside[1]) hostPort += `-${outside[1]}`;
    return [`${inside[0] + index}/${protocol}`, { HostIp: ip, HostPort: hostPort }];
  });
}

/** `-p [ip:]host:container[/proto]`, ranges and the long form; `--expose port[-port][/proto]`. */
export function publishedPorts(publish: readonly string[], expose: readonly string[]): Published {
  const exposed = new Set<string>();
  const bindings: Record<string, PortBinding[]> = {};
  for (const spec of publish)
    for (const [port, binding] of publishOne(shortForm(spec))) {
      exposed.add(port);
      bindings[port] ??= [];
      bindings[port].push(binding);
    }
  for (const spec of expose) {
    if (spec.includes(':')) throw new Error(`invalid port format for --expose: ${spec}`);
    const [ports, protocol] = splitProtocol(spec);
    const range = portRange(ports);
    if (range === undefined)
      throw new Error(
        `invalid range format for --expose: ${spec}, error: ${ports === '' ? 'empty string specified for ports.' : `invalid port "${ports}"`}`,
      );
    for (let port = range[0]; port <= range[1]; port++) exposed.add(`${port}/${protocol}`);
  }
  return { exposed, bindings };
}
