import type { Socket } from 'node:net';
import * as v from 'valibot';
import { messageOf, unavailable } from '../../errors/minke-error.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { KeeperCall, TaskExit, TaskStatus } from '../../wire/keeper.ts';
import { LineReader } from '../server/line-reader.ts';
import { errorOf, MessageSchema } from './replies.ts';

interface Pending {
  readonly call: KeeperCall;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export interface LinkOptions {
  /** A connection to the keeper, which is started where there is none. */
  readonly connect: () => Promise<Socket>;
  readonly log: Logger;
  readonly onExit: (task: TaskStatus & { exit: TaskExit }) => void;
  /** A keeper answers (again); called before anything is asked. */
  readonly onUp: () => void;
}

/**
 * The control connection, kept up: when the keeper dies another is started, and what was asked and not answered is
 * asked again (all requests may be). Requests wait while there is none.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #pending = new Map<number, Pending>();
  #socket: Socket | null = null;
  #connecting = false;
  #closed = false;
  #nextId = 1;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  call(call: KeeperCall): Promise<unknown> {
    if (this.#closed) return Promise.reject(unavailable('the connection to the keeper is closed'));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = this.#nextId;
    this.#nextId += 1;
    this.#pending.set(id, { call, resolve, reject });
    if (this.#socket === null) this.#connect();
    else this.#send(this.#socket, id, call);
    return promise;
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
    this.#socket = null;
    this.#rejectAll(unavailable('the connection to the keeper is closed'));
  }

  async #connect(): Promise<void> {
    if (this.#connecting || this.#closed) return;
    this.#connecting = true;
    try {
      const socket = await this.#options.connect();
      if (this.#closed) socket.destroy();
      else this.#use(socket);
    } catch (error) {
      this.#options.log.error('no keeper', { error: messageOf(error) });
      this.#rejectAll(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#connecting = false;
    }
  }

  #use(socket: Socket): void {
    const lines = new LineReader();
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      try {
        for (const line of lines.push(text)) this.#hear(v.parse(MessageSchema, JSON.parse(line)));
      } catch (error) {
        this.#options.log.error('the keeper said something strange', { error: messageOf(error) });
        socket.destroy();
      }
    });
    socket.on('error', () => {});
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#options.log.warn('the keeper has gone; starting another');
      this.#connect();
    });
    socket.write('{"kind":"control"}\n');
    this.#options.onUp();
    for (const [id, { call }] of this.#pending) this.#send(socket, id, call);
  }

  #send(socket: Socket, id: number, call: KeeperCall): void {
    socket.write(`${JSON.stringify({ id, ...call })}\n`);
  }

  #hear(message: v.InferOutput<typeof MessageSchema>): void {
    if ('notice' in message) {
      this.#options.onExit(message.task);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('error' in message) pending?.reject(errorOf(message.error));
    else pending?.resolve(message.result);
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
