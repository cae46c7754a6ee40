/** Why a port of the host can't be had, as people know it from Docker. */
import { internal, type MinkeError, messageOf } from '../../../errors/minke-error.ts';
import type { ProxySpec } from '../../../wire/keeper.ts';
import type { Sandbox } from '../../networks/contract.ts';

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/**
 * What the keeper says of a port at which it can't listen (`listen tcp4 0.0.0.0:80: bind: address already in use`), with
 * the container and its endpoint; null where it says something else.
 */
export function portFailure(
  error: unknown,
  name: string,
  { endpoints, proxies }: Pick<Sandbox, 'endpoints' | 'proxies'>,
): MinkeError | null {
  const words = /^listen (tcp|udp|sctp)[46] (.+):(\d+): bind: (.+)$/.exec(messageOf(error));
  const [, proto, host, port, why] = words ?? [];
  const spec = proxies.find(
    (each: ProxySpec) =>
      each.proto === proto && bracketed(each.hostIp) === host && each.hostPort === Number(port),
  );
  if (spec === undefined) return null;
  const { containerIp, containerPort } = spec;
  const endpoint = Object.values(endpoints).find(
    ({ IPAddress, GlobalIPv6Address }) => IPAddress === containerIp || GlobalIPv6Address === containerIp,
  );
  const where = `${host}:${port}:${bracketed(containerIp)}:${containerPort}/${proto}`;
  return internal(
    `driver failed programming external connectivity on endpoint ${name} (${endpoint?.EndpointID}): failed to bind host port for ${where}: ${why}`,
    error,
  );
}
