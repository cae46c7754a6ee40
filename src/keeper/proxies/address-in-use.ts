import {
  conflict,
  internal,
  type MinkeError,
  messageOf,
  notImplemented,
  systemCode,
} from '../../errors/minke-error.ts';
import type { ProxySpec } from '../../wire/keeper.ts';

/** A failure to listen in the words that Docker's clients know (Go's net package). */
export function addressInUse({ proto, hostIp, hostPort }: ProxySpec, error: unknown): MinkeError {
  const v6 = hostIp.includes(':');
  const where = `listen ${proto}${v6 ? 6 : 4} ${v6 ? `[${hostIp}]` : hostIp}:${hostPort}`;
  if (systemCode(error) === 'EADDRINUSE') return conflict(`${where}: bind: address already in use`, error);
  if (systemCode(error) === 'EADDRNOTAVAIL') {
    return conflict(`${where}: bind: cannot assign requested address`, error);
  }
  if (systemCode(error) === 'EPROTONOSUPPORT') {
    return notImplemented(`${where}: this kernel has no SCTP (CONFIG_IP_SCTP)`, error);
  }
  return internal(`${where}: ${messageOf(error)}`, error);
}
