/** Performs steps on the kernel. Lives in the network thread; everything here is synchronous on purpose. */
import { readFileSync } from 'node:fs';
import { systemCode } from '../../errors/minke-error.ts';
import { getGeneration, readGeneration } from '../netlink/filter.ts';
import { probeKind, setLink } from '../netlink/link.ts';
import { NetlinkError, NetlinkSocket, protocol } from '../netlink/socket.ts';
import type { LinkKind, Namespace, NetworkState, Step } from './contract.ts';
import type { HomeNamespace } from './namespace.ts';
import { observe } from './observe.ts';
import { performStep } from './step.ts';
import { Workplace } from './workplace.ts';

/** Where a step is performed; a link on a link of the host is made from there. */
const namespaceOf = (step: Step): Namespace =>
  'namespace' in step && step.do !== 'add-macvlan' && step.do !== 'add-ipvlan' ? step.namespace : null;

export class Performer {
  readonly #home: HomeNamespace;
  readonly #socket = new NetlinkSocket();
  #filter: NetlinkSocket | undefined;

  constructor(home: HomeNamespace) {
    this.#home = home;
  }

  /** Steps of one namespace in a row are one visit there. */
  run(steps: readonly Step[]): void {
    for (let at = 0; at < steps.length; ) {
      const step = steps[at];
      if (step === undefined) return;
      if (step.do === 'add-namespace') {
        this.#home.create(step.path, () =>
          withSocket((socket) => socket.batch([setLink('lo', { up: true })])),
        );
        at += 1;
      } else if (step.do === 'remove-namespace') {
        this.#home.remove(step.path);
        at += 1;
      } else {
        const rest = steps.slice(at);
        const end = rest.findIndex((other) => !sameVisit(step, other));
        const visit = end === -1 ? rest : rest.slice(0, end);
        this.#in(namespaceOf(step), (socket) => {
          const place = new Workplace(socket);
          for (const each of visit) performStep(place, each, this.#home);
          place.flush();
        });
        at += visit.length;
      }
    }
  }

  state(namespace: Namespace): NetworkState {
    return this.#in(namespace, observe);
  }

  supports(kind: LinkKind): boolean {
    try {
      this.#socket.batch([probeKind(kind)]);
    } catch (error) {
      if (error instanceof NetlinkError) return error.code !== 'EOPNOTSUPP';
      throw error;
    }
    return true;
  }

  sysctl(namespace: Namespace, key: string): string | null {
    try {
      return this.#in(namespace, () => readFileSync(`/proc/sys/${key}`, 'utf8').trim());
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  filterGeneration(): number | null {
    try {
      this.#filter ??= new NetlinkSocket(protocol.netfilter);
      return readGeneration(this.#filter.query(getGeneration()));
    } catch {
      return null;
    }
  }

  #in<T>(namespace: Namespace, body: (socket: NetlinkSocket) => T): T {
    return namespace === null ? body(this.#socket) : this.#home.inside(namespace, () => withSocket(body));
  }
}

const sameVisit = (a: Step, b: Step): boolean =>
  b.do !== 'add-namespace' && b.do !== 'remove-namespace' && namespaceOf(a) === namespaceOf(b);

function withSocket<T>(body: (socket: NetlinkSocket) => T): T {
  const socket = new NetlinkSocket();
  try {
    return body(socket);
  } finally {
    socket.close();
  }
}
