import type { ProxySpec } from '../../wire/keeper.ts';

/** Where the container is reached. */
export type Target = Pick<ProxySpec, 'containerIp' | 'containerPort'>;

/** One open port of the userland proxy. */
export interface OpenProxy {
  /** From now on to this address; connections to another are closed. */
  leadTo(target: Target): Promise<void>;
  /** Closes the port and the connections through it; answers when somebody else may have it. */
  close(): Promise<void>;
}

export const sameTarget = (a: Target, b: Target): boolean =>
  a.containerIp === b.containerIp && a.containerPort === b.containerPort;
