import { internal, messageOf } from '../../errors/minke-error.ts';
import { SystemError } from '../../host/ffi/libc.ts';
import { writeStandardError } from '../../host/standard-error/write.ts';
import type { ProxySpec } from '../../wire/keeper.ts';
import { addressInUse } from './address-in-use.ts';
import { type OpenProxy, sameTarget } from './contract.ts';
import { ForwarderLink, type ForwarderProgram } from './forwarder-link.ts';
import { type Forward, mostPorts, request } from './forwarder-words.ts';

interface Port {
  spec: ProxySpec;
  /** False: the program that had it open has ended. */
  open: boolean;
}

/** Milliseconds after which a program that ended is followed by another. */
const pause = 100;

/** Milliseconds without a port after which it ends. */
const rest = 1000;

/** A program that ends under a request is followed by another so many times before the request fails. */
const tries = 3;

/**
 * TCP ports, passed on by one minke-proxy (`native/proxy.c`), which is there as long as
 * there are some. Should it end by itself another one opens them again.
 */
export class Forwarder {
  readonly #how: ForwarderProgram;
  readonly #ports = new Map<number, Port>();
  #next = 0;
  #link: ForwarderLink | undefined;
  #resting: NodeJS.Timeout | undefined;

  constructor(how: ForwarderProgram) {
    this.#how = how;
  }

  /** Answers when the port is open. */
  async open(spec: ProxySpec): Promise<OpenProxy> {
    const number = this.#freeNumber();
    const port: Port = { spec, open: true };
    this.#ports.set(number, port);
    try {
      await this.#open(number, port);
    } catch (error) {
      this.#ports.delete(number);
      this.#restAtLast();
      throw error;
    }
    return {
      leadTo: async (target) => {
        if (sameTarget(port.spec, target)) return;
        port.spec = { ...spec, ...target };
        // Where the program has ended the next one is told so at once.
        await this.#answer('lead', number, port.spec);
      },
      close: async () => {
        // First of all, so that nobody opens it again should the program end now; that closes it too.
        this.#ports.delete(number);
        await this.#answer('close', number, spec);
        this.#restAtLast();
      },
    };
  }

  /** The program ends with its last port, but not at once: the next one may be near. */
  #restAtLast(): void {
    clearTimeout(this.#resting);
    if (this.#ports.size > 0) return;
    this.#resting = setTimeout(() => {
      if (this.#ports.size > 0) return;
      this.#link?.close();
      this.#link = undefined;
    }, rest).unref();
  }

  #freeNumber(): number {
    if (this.#ports.size >= mostPorts) throw internal(`the userland proxy has ${mostPorts} ports open`);
    do this.#next = (this.#next + 1) % mostPorts;
    while (this.#ports.has(this.#next));
    return this.#next;
  }

  /** Asked again where the program ends under it: nobody need hear of that who has no connection yet. */
  async #open(number: number, port: Port): Promise<void> {
    for (let left = tries; ; left--) {
      // From here on the port is ours to open; `#openAgain` leaves it alone.
      port.open = true;
      const errno = await this.#answer('open', number, port.spec);
      if (errno === 0) return;
      if (errno !== undefined) throw addressInUse(port.spec, new SystemError('listen', errno));
      if (this.#ports.get(number) !== port) return;
      if (left === 1) throw internal('the userland proxy ended');
    }
  }

  /** Undefined where the program ended before it answered. */
  async #answer(what: Forward, number: number, spec: ProxySpec): Promise<number | undefined> {
    this.#link ??= this.#start();
    const link = this.#link;
    const errno = await link.ask(request(what, number, spec));
    // Its socket may know of the end before it says so: the next one to ask must not meet it again.
    if (errno === undefined) this.#ended(link);
    return errno;
  }

  #start(): ForwarderLink {
    const link = new ForwarderLink(this.#how, () => this.#ended(link));
    return link;
  }

  #ended(link: ForwarderLink): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    for (const port of this.#ports.values()) port.open = false;
    writeStandardError(`minke-proxy ended; another one takes ${this.#ports.size} ports over\n`);
    setTimeout(() => this.#openAgain(), pause);
  }

  async #openAgain(): Promise<void> {
    for (const [number, port] of [...this.#ports]) {
      if (port.open || !this.#ports.has(number)) continue;
      try {
        await this.#open(number, port);
      } catch (error) {
        writeStandardError(`${messageOf(error)}\n`);
      }
    }
  }
}
