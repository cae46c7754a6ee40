import { decodeLink, getLink } from '../netlink/link.ts';
import type { Request } from '../netlink/message.ts';
import { removeLink } from '../netlink/remove-link.ts';
import { NetlinkError, type NetlinkSocket } from '../netlink/socket.ts';

/** One namespace while it is worked in: requests gather until something has to be read. */
export class Workplace {
  readonly #socket: NetlinkSocket;
  readonly #indexes = new Map<string, number>();
  #requests: { request: Request; accept: readonly string[] }[] = [];

  constructor(socket: NetlinkSocket) {
    this.#socket = socket;
  }

  add(request: Request, accept: readonly string[] = []): void {
    this.#requests.push({ request, accept });
  }

  flush(): void {
    const requests = this.#requests;
    this.#requests = [];
    this.#socket.batch(
      requests.map(({ request }) => request),
      (position) => requests[position]?.accept ?? [],
    );
  }

  /** Index of a link, remembered for this visit. Throws ENODEV. */
  index(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    this.flush();
    const [answer] = this.#socket.query(getLink(name));
    const link = answer === undefined ? null : decodeLink(answer);
    if (link === null) throw new Error(`no answer about link ${name}`);
    this.#indexes.set(name, link.index);
    return link.index;
  }

  /** Null where there is no such link. */
  indexIfThere(name: string): number | null {
    try {
      return this.index(name);
    } catch (error) {
      if (error instanceof NetlinkError && error.code === 'ENODEV') return null;
      throw error;
    }
  }

  /** Comes back when nobody sees the link any more, here or at the other end of a pair. */
  remove(name: string): void {
    this.flush();
    this.forget(name);
    removeLink(this.#socket, name);
  }

  /** The kernel brings a link to its state before it tells of it (`rtnl_getlink`, `linkwatch_sync_dev`). */
  settle(name: string): void {
    this.flush();
    this.#socket.query(getLink(name));
  }

  forget(name: string): void {
    this.#indexes.delete(name);
  }
}
