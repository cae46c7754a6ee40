import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { closeSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type Question, readQuestion, rejectionOf, responseCode, udpLimit } from '../../../wire/dns.ts';
import { refusal } from './answer.ts';
import { Frames, framed } from './frames.ts';

/** Questions of one asker that others are asked about; more are refused at once, as a flood would cost us memory. */
const maxWaiting = 256;
const maxConnections = 32;
/** Bytes of answers that a TCP client may leave unread. */
const maxUnread = 1 << 20;
/** Milliseconds after which a silent TCP connection is closed. */
const idle = 10_000;
const tcpLimit = 65_535;

export type Transport = 'tcp' | 'udp';

/** Answers questions: those that it knows at once, null for those that others have to be asked about. */
export interface Answerer {
  here(query: Uint8Array, question: Question, limit: number): Uint8Array | null;
  elsewhere(query: Uint8Array, question: Question, transport: Transport): Promise<Uint8Array>;
}

/** Where to listen: descriptors that are already bound (TCP: listening), or an address and port. */
export type ListenAt =
  | { readonly udp: number; readonly tcp: number }
  | { readonly host: string; readonly port: number };

/** One UDP and one TCP socket on which questions are answered. */
export class DnsListener {
  readonly #answerer: Answerer;
  readonly #udp: UdpSocket;
  readonly #tcp: Server = createServer();
  readonly #connections = new Set<Socket>();
  #waiting = 0;
  #closed = false;

  constructor(answerer: Answerer, family: 'udp4' | 'udp6' = 'udp4') {
    this.#answerer = answerer;
    this.#udp = createSocket(family);
    this.#tcp.maxConnections = maxConnections;
    this.#udp.on('message', (query, { address, port }) => {
      this.#answer(query, 'udp', (reply) => {
        if (!this.#closed) this.#udp.send(reply, port, address, () => {});
      });
    });
    this.#tcp.on('connection', (socket) => this.#serve(socket));
  }

  /** @throws the system's error where the address is taken */
  async listen(at: ListenAt): Promise<void> {
    // Descriptors that are nobody's yet.
    const loose = new Set('udp' in at ? [at.udp, at.tcp] : []);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#udp.once('error', reject);
        this.#udp.bind('udp' in at ? { fd: at.udp } : { address: at.host, port: at.port }, resolve);
      });
      if ('udp' in at) loose.delete(at.udp);
      await new Promise<void>((resolve, reject) => {
        this.#tcp.once('error', reject);
        this.#tcp.listen('tcp' in at ? { fd: at.tcp } : { host: at.host, port: at.port }, resolve);
      });
      if ('tcp' in at) loose.delete(at.tcp);
    } catch (error) {
      this.close();
      for (const fd of loose) closeSync(fd);
      throw error;
    }
    // A socket that fails answers nobody; the asker's own resolver then says so.
    this.#udp.on('error', () => {});
    this.#tcp.on('error', () => {});
    this.#udp.unref();
    this.#tcp.unref();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#udp.close();
    this.#tcp.close();
    for (const socket of this.#connections) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.#connections.add(socket);
    const frames = new Frames((query) => {
      if (socket.writableLength > maxUnread) socket.destroy();
      this.#answer(query, 'tcp', (reply) => {
        if (socket.writable) socket.write(framed(reply));
      });
    });
    socket.setTimeout(idle, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#connections.delete(socket));
    socket.on('data', (bytes: Buffer) => frames.push(bytes));
  }

  #answer(query: Uint8Array, transport: Transport, reply: (bytes: Uint8Array) => void): void {
    const question = readQuestion(query);
    if (question === null) {
      const rejection = rejectionOf(query);
      if (rejection !== null) reply(rejection);
      return;
    }
    const limit = transport === 'tcp' ? tcpLimit : udpLimit(query, question);
    const known = this.#answerer.here(query, question, limit);
    if (known !== null) {
      reply(known);
      return;
    }
    if (this.#waiting >= maxWaiting) {
      reply(refusal(query, question, responseCode.refused));
      return;
    }
    this.#waiting += 1;
    this.#answerer
      .elsewhere(query, question, transport)
      .then(reply, () => reply(refusal(query, question, responseCode.failure)))
      .finally(() => {
        this.#waiting -= 1;
      });
  }
}
