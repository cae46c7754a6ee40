import type { ResolverHost, ResolverSockets } from './contract.ts';
import { HomeNamespace } from './namespace.ts';
import { openResolver } from './resolver-sockets.ts';
import { outgoingSocket } from './sockets.ts';

/**
 * Makes sockets in other namespaces on the calling thread. A visit is a few system calls without a turn of the event
 * loop in between, so no thread or process is born there.
 */
export class VisitingResolverHost implements ResolverHost {
  readonly #home: HomeNamespace;

  /** @param lost called when the way back fails; the process must end */
  constructor(lost: (error: unknown) => void) {
    this.#home = new HomeNamespace(lost);
  }

  openResolver(namespace: string, address: string): ResolverSockets {
    return this.#home.inside(namespace, () => openResolver(address));
  }

  outgoing(namespace: string, transport: 'tcp' | 'udp', address: string, port: number): number {
    return this.#home.inside(namespace, () => outgoingSocket(transport, address, port));
  }
}
