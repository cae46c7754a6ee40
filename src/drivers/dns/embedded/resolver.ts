import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { closeSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { NetworkStack, ResolverSockets } from '../../../host/netns/contract.ts';
import type { NameView, Resolver } from '../contract.ts';
import { type Ask, answer, plainLimit } from './answer.ts';
import { askTcp, askUdp } from './ask.ts';
import { Frames, framed } from './frames.ts';

/** Questions of one container under way; more are not heard, as a flood would cost us memory. */
const maxQuestions = 256;
const maxConnections = 32;
const idle = 10_000;
const tcpLimit = 65_535;

/** The resolver inside this process: one UDP and one TCP socket a container, made in its namespace. */
export class EmbeddedResolver implements Resolver {
  readonly address = '127.0.0.11';
  readonly #stack: Pick<NetworkStack, 'openResolver' | 'outgoing'>;
  readonly #open = new Map<string, Place>();

  constructor(stack: Pick<NetworkStack, 'openResolver' | 'outgoing'>) {
    this.#stack = stack;
  }

  async open(container: string, namespace: string, view: NameView): Promise<void> {
    this.close(container);
    const sockets = await this.#stack.openResolver(namespace, this.address);
    const inside = (transport: 'tcp' | 'udp', address: string): Promise<number> =>
      this.#stack.outgoing(namespace, transport, address, 53);
    const place = new Place(view, {
      udp: (upstream, query, question) => askUdp(upstream, query, question, inside),
      tcp: (upstream, query, question) => askTcp(upstream, query, question, inside),
    });
    this.close(container);
    this.#open.set(container, place);
    try {
      await place.listen(sockets);
    } catch (error) {
      this.close(container);
      throw error;
    }
  }

  close(container: string): void {
    this.#open.get(container)?.close();
    this.#open.delete(container);
  }

  shutdown(): void {
    for (const container of [...this.#open.keys()]) this.close(container);
  }
}

/** The resolver as one container sees it. */
class Place {
  readonly #view: NameView;
  readonly #ask: { readonly udp: Ask; readonly tcp: Ask };
  readonly #udp: UdpSocket = createSocket('udp4');
  readonly #tcp: Server = createServer();
  #questions = 0;

  constructor(view: NameView, ask: { readonly udp: Ask; readonly tcp: Ask }) {
    this.#view = view;
    this.#ask = ask;
    this.#tcp.maxConnections = maxConnections;
    this.#udp.on('message', (query, { address, port }) => {
      this.#answer(query, this.#ask.udp, plainLimit, (reply) => {
        // It may have been closed while the answer was looked for.
        try {
          this.#udp.send(reply, port, address);
        } catch {}
      });
    });
    this.#tcp.on('connection', (socket) => this.#serve(socket));
    // A socket that fails answers nobody; the container's own resolver then says so.
    this.#udp.on('error', () => {});
    this.#tcp.on('error', () => {});
  }

  async listen({ udp, tcp }: ResolverSockets): Promise<void> {
    try {
      await new Promise<void>((resolve) => this.#udp.bind({ fd: udp }, resolve));
    } catch (error) {
      closeSync(udp);
      closeSync(tcp);
      throw error;
    }
    await new Promise<void>((resolve) => this.#tcp.listen({ fd: tcp }, resolve));
    this.#udp.unref();
    this.#tcp.unref();
  }

  close(): void {
    try {
      this.#udp.close();
    } catch {
      // It was never bound.
    }
    this.#tcp.close();
  }

  #serve(socket: Socket): void {
    const frames = new Frames((query) => {
      this.#answer(query, this.#ask.tcp, tcpLimit, (reply) => socket.write(framed(reply)));
    });
    socket.setTimeout(idle, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => frames.push(bytes));
  }

  #answer(query: Uint8Array, ask: Ask, limit: number, reply: (bytes: Uint8Array) => void): void {
    if (this.#questions >= maxQuestions) return;
    this.#questions += 1;
    answer(query, this.#view, ask, limit)
      .then((bytes) => {
        if (bytes !== null) reply(bytes);
      })
      .catch(() => {})
      .finally(() => {
        this.#questions -= 1;
      });
  }
}
