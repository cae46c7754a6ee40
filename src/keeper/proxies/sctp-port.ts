import { closeSync } from 'node:fs';
import { heldPort } from '../../host/netns/sockets.ts';
import type { ProxySpec } from '../../wire/keeper.ts';
import { addressInUse } from './address-in-use.ts';
import type { OpenProxy } from './contract.ts';

/**
 * SCTP is led to containers by the packet filter alone. The port is held, so that no program of the host takes it for
 * its own and hears nothing.
 */
export function holdSctpPort(spec: ProxySpec): OpenProxy {
  let fd: number;
  try {
    fd = heldPort('sctp', spec.hostIp, spec.hostPort);
  } catch (error) {
    throw addressInUse(spec, error);
  }
  return { leadTo: async () => {}, close: async () => closeSync(fd) };
}
