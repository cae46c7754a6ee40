import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import { cancelled, unavailable } from '../../errors/minke-error.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type {
  AttachHello,
  HostNames,
  KeeperCall,
  ProxySpec,
  TaskExit,
  TaskSpec,
  TaskStatus,
} from '../../wire/keeper.ts';
import type { NameSpec } from '../../wire/names.ts';
import type { Keeper } from '../contract.ts';
import { keeperLayout } from '../layout.ts';
import { firstLine } from '../server/first-line.ts';
import { AttachStream } from './attach-stream.ts';
import { connectOrStart } from './connect.ts';
import { Link } from './link.ts';
import {
  AttachReplySchema,
  errorOf,
  HelloReplySchema,
  RetireReplySchema,
  StatusesSchema,
  StatusSchema,
} from './replies.ts';
import { type KeeperProgram, startKeeper } from './start-keeper.ts';

export interface KeeperClientOptions {
  /** The keeper's folder: `<exec-root>/keeper`. */
  readonly root: string;
  readonly program: KeeperProgram;
  /** Ours; a keeper of another version is asked to retire when it holds nothing. */
  readonly version: string;
  readonly log: Logger;
}

interface Attached {
  readonly socket: Socket;
  /** Of the keeper. */
  readonly pid: number;
  readonly started: boolean;
}

/** Somebody who is attached, or on the way to be. */
interface Attachment {
  readonly task: string;
  /** A launch was answered since: attaching again would come too late. */
  launched: boolean;
  /** There from the first answer of a keeper on. */
  stream?: AttachStream;
}

type ExitListener = (task: TaskStatus & { exit: TaskExit }) => void;

/** The real keeper: another process, started when none answers and again whenever it dies. */
export class KeeperClient implements Keeper {
  readonly #options: KeeperClientOptions;
  readonly #link: Link;
  readonly #listeners = new Set<ExitListener>();
  readonly #attachments = new Set<Attachment>();
  readonly #closing = new AbortController();
  #pid = 0;

  private constructor(options: KeeperClientOptions) {
    this.#options = options;
    this.#link = new Link({
      connect: () => this.#connect(),
      log: options.log,
      onExit: (task) => {
        for (const listener of this.#listeners) listener(task);
      },
      onUp: () => {
        this.#hello().catch(() => {});
      },
    });
  }

  /** Connects to the keeper of a folder, which is started where there is none. */
  static async open(options: KeeperClientOptions): Promise<KeeperClient> {
    const client = new KeeperClient(options);
    const version = await client.#hello();
    if (version !== options.version) await client.#replace(version);
    return client;
  }

  get pid(): number {
    return this.#pid;
  }

  async launch(task: TaskSpec): Promise<TaskStatus> {
    const waiting = [...this.#attachments].filter((attachment) => attachment.task === task.id);
    // Whoever a dead keeper let go is to hear the first word.
    await Promise.all(waiting.map(({ stream }) => stream?.returning));
    const status = v.parse(
      StatusSchema,
      await this.#link.call({ method: 'launch', attempt: randomUUID(), task }),
    );
    for (const attachment of this.#attachments) if (attachment.task === task.id) attachment.launched = true;
    return status;
  }

  async list(): Promise<TaskStatus[]> {
    return v.parse(StatusesSchema, await this.#link.call({ method: 'list' }));
  }

  async attach(hello: Omit<AttachHello, 'kind'>, signal?: AbortSignal): Promise<Duplex> {
    if (signal?.aborted) throw cancelled('attach: aborted', signal.reason);
    let keeper = 0;
    let started = false;
    const attachment: Attachment = { task: hello.task, launched: false };
    const connect = async () => {
      const { socket, ...reply } = await this.#attachSocket({ kind: 'attach', ...hello });
      keeper = reply.pid;
      started = reply.started;
      return socket;
    };
    const again = async () => {
      const socket = await connect();
      // Launched, ended and forgotten meanwhile: nothing would ever come.
      if (started || !attachment.launched) return socket;
      socket.destroy();
      throw unavailable('the keeper was restarted, and the output is lost');
    };
    this.#attachments.add(attachment);
    const first = await connect().catch((error: unknown) => {
      this.#attachments.delete(attachment);
      throw error;
    });
    const stream = new AttachStream(first, {
      connect: again,
      keeperDied: async () => {
        await this.#hello();
        return keeper !== this.#pid;
      },
      notStarted: () => !started && !attachment.launched,
    });
    attachment.stream = stream;
    // It may fail before anybody reads it: that is for who comes then, and no reason for the daemon to end.
    stream.on('error', () => {});
    const onAbort = () => stream.destroy(cancelled('attach: aborted', signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    stream.once('close', () => {
      signal?.removeEventListener('abort', onAbort);
      this.#attachments.delete(attachment);
    });
    return stream;
  }

  async resize(task: string, { height, width }: { height: number; width: number }): Promise<void> {
    await this.#link.call({ method: 'resize', task, height, width });
  }

  async forget(task: string): Promise<void> {
    await this.#link.call({ method: 'forget', task });
  }

  async proxies(container: string, proxies: readonly ProxySpec[]): Promise<void> {
    await this.#link.call({ method: 'proxies', container, proxies });
  }

  async keepProxies(containers: readonly string[]): Promise<void> {
    await this.#link.call({ method: 'keep-proxies', containers });
  }

  async names(container: string, names: NameSpec | null): Promise<void> {
    await this.#link.call({ method: 'names', container, names });
  }

  async hostNames(at: HostNames | null): Promise<void> {
    await this.#link.call({ method: 'host-names', at });
  }

  onExit(listener: ExitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the keeper where it holds nothing; true if it did. */
  async retire(): Promise<boolean> {
    return v.parse(RetireReplySchema, await this.#link.call({ method: 'retire' })).stopped;
  }

  /** Leaves the keeper to itself. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#link.close();
    for (const { stream } of this.#attachments) stream?.destroy();
  }

  #helloCall(): KeeperCall {
    return { method: 'hello', version: this.#options.version };
  }

  async #hello(): Promise<string> {
    const { version, pid } = v.parse(HelloReplySchema, await this.#link.call(this.#helloCall()));
    this.#pid = pid;
    return version;
  }

  async #replace(version: string): Promise<void> {
    const { log } = this.#options;
    if (await this.retire()) await this.#hello();
    else log.info('a keeper of another version holds containers and stays', { version });
  }

  #connect(): Promise<Socket> {
    const { root, program, version } = this.#options;
    return connectOrStart(
      keeperLayout(root).socket,
      () => startKeeper(root, program, version),
      this.#closing.signal,
    );
  }

  async #attachSocket(hello: AttachHello): Promise<Attached> {
    const socket = await this.#connect();
    socket.write(`${JSON.stringify(hello)}\n`);
    const line = await firstLine(socket);
    if (line === undefined) {
      socket.destroy();
      throw unavailable('the keeper went away');
    }
    const reply = v.parse(AttachReplySchema, JSON.parse(line));
    if ('ok' in reply) return { socket, pid: reply.pid, started: reply.started };
    socket.destroy();
    throw errorOf(reply.error);
  }
}
