import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import * as v from 'valibot';
import type { EmbeddedResolver } from '../../drivers/dns/embedded/resolver.ts';
import { forbidden, messageOf } from '../../errors/minke-error.ts';
import { peerOf } from '../../host/fds/peer.ts';
import type { KeeperRequest, TaskExit, TaskStatus } from '../../wire/keeper.ts';
import type { KeeperLayout } from '../layout.ts';
import { Names } from '../names/names.ts';
import { Proxies } from '../proxies/proxies.ts';
import { HelloSchema } from '../schema.ts';
import { Tasks } from '../tasks/tasks.ts';
import { ControlConnection, faultOf } from './control.ts';
import { firstLine } from './first-line.ts';

export interface KeeperServerOptions {
  readonly layout: KeeperLayout;
  readonly shim: string;
  /** minke-proxy. */
  readonly proxy: string;
  readonly version: string;
  readonly resolver: EmbeddedResolver;
  /** The keeper holds nothing and was told to go. */
  readonly onRetire: () => void;
}

/** The keeper's socket: who may speak, what they are answered. */
export class KeeperServer {
  readonly tasks: Tasks;
  readonly #options: KeeperServerOptions;
  readonly #proxies: Proxies;
  readonly #names: Names;
  readonly #controls = new Set<ControlConnection>();
  readonly #server: Server;

  constructor(options: KeeperServerOptions) {
    this.#options = options;
    const { layout, shim, proxy, resolver } = options;
    this.tasks = new Tasks({ layout, shim, onExit: (task) => this.#tell(task) });
    this.#proxies = new Proxies(layout.proxies, { program: proxy, lock: layout.proxyLock });
    this.#names = new Names({ resolver, folder: layout.names, hostFile: layout.hostNames });
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) =>
      this.#greet(socket),
    );
  }

  /** Takes over what an earlier keeper left, then listens. */
  async start(): Promise<void> {
    this.tasks.adoptAll();
    const { socket } = this.#options.layout;
    rmSync(socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      // The folder is ours alone, so nobody gets in before the mode is set.
      this.#server.listen(socket, resolve);
    });
    chmodSync(socket, 0o600);
    await this.#names.adoptAll();
    await this.#proxies.adoptAll();
  }

  async #greet(socket: Socket): Promise<void> {
    socket.on('error', () => {});
    const peer = peerOf(socket);
    if (peer === undefined || peer.uid !== process.getuid?.()) {
      socket.destroy();
      return;
    }
    const line = await firstLine(socket);
    if (line === undefined) {
      socket.destroy();
      return;
    }
    try {
      const hello = v.parse(HelloSchema, JSON.parse(line));
      if (hello.kind === 'control') {
        this.#control(socket);
      } else {
        const started = this.tasks.isStarted(hello.task);
        socket.write(`${JSON.stringify({ ok: true, pid: process.pid, started })}\n`);
        this.tasks.attach(hello, socket);
      }
    } catch (error) {
      socket.end(`${JSON.stringify({ error: faultOf(error) })}\n`);
    }
  }

  #control(socket: Socket): void {
    const connection = new ControlConnection(socket, (request) => this.#answer(request));
    this.#controls.add(connection);
    socket.on('close', () => this.#controls.delete(connection));
    this.#tellAgain(connection);
  }

  #answer(request: KeeperRequest): unknown {
    switch (request.method) {
      case 'hello':
        return { version: this.#options.version, pid: process.pid };
      case 'launch':
        return this.tasks.launch(request.task, request.attempt ?? '');
      case 'list':
        return this.tasks.settledList();
      case 'resize':
        return this.tasks.resize(request.task, request.height, request.width);
      case 'forget':
        return this.tasks.forget(request.task);
      case 'proxies':
        return this.#proxies.set(request.container, request.proxies);
      case 'keep-proxies':
        return this.#proxies.keep(request.containers);
      case 'names':
        return this.#names.set(request.container, request.names);
      case 'host-names':
        return this.#names.setHost(request.at);
      case 'retire':
        return this.#retire();
      default:
        throw forbidden(`unknown request ${messageOf(request)}`);
    }
  }

  async #retire(): Promise<{ stopped: boolean }> {
    // What was said before holds: ports on their way to being closed are none.
    await this.#proxies.settled();
    const stopped = this.tasks.size === 0 && this.#proxies.size === 0;
    if (stopped) this.#options.onRetire();
    return { stopped };
  }

  #tell(task: TaskStatus & { exit: TaskExit }): void {
    for (const connection of this.#controls) connection.notice({ notice: 'exit', task });
  }

  #tellAgain(connection: ControlConnection): void {
    for (const { exit, ...task } of this.tasks.list()) {
      if (exit !== undefined) connection.notice({ notice: 'exit', task: { ...task, exit } });
    }
  }
}
