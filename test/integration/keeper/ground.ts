/** A keeper of its own in a temporary folder, and busybox bundles for it to run by a real OCI runtime. */
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { LinuxCgroups } from '../../../src/host/cgroup/linux.ts';
import { KeeperClient } from '../../../src/keeper/client/keeper-client.ts';
import { LineLogger } from '../../../src/kit/log/logger.ts';
import type { TaskSpec } from '../../../src/wire/keeper.ts';
import type { Spec } from '../../../src/wire/oci-runtime.ts';
import { command } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';

const project = join(import.meta.dirname, '../../..');
const applets = [
  'sh',
  'cat',
  'echo',
  'sleep',
  'usleep',
  'stty',
  'seq',
  'kill',
  'printf',
  'ls',
  'true',
  'dd',
  'yes',
  'head',
];

/** A placeholder in `TaskSpec.argv`. */
const place = (name: string): string => `\u0024{${name}}`;

export interface BundleOptions {
  readonly args: readonly string[];
  readonly tty?: boolean;
  readonly uid?: number;
}

export type Runtime = 'crun' | 'runc';

export class Ground {
  readonly folder: string;
  readonly keeperRoot: string;
  /** Below it the containers' groups are. */
  readonly #cgroup: string;
  readonly #started: { id: string; runtime: Runtime }[] = [];
  #clients: KeeperClient[] = [];
  #next = 1;

  private constructor(folder: string) {
    this.folder = folder;
    this.#cgroup = `/${basename(folder)}`;
    this.keeperRoot = join(folder, 'exec/keeper');
  }

  static async make(): Promise<Ground> {
    const ground = new Ground(await mkdtemp(join(tmpdir(), 'minke-keeper-')));
    const bin = join(ground.folder, 'rootfs/bin');
    for (const name of ['bin', 'proc', 'dev', 'etc', 'tmp']) {
      await mkdir(join(ground.folder, 'rootfs', name), { recursive: true });
    }
    await copyFile('/bin/busybox', join(bin, 'busybox'));
    for (const name of applets) await symlink('busybox', join(bin, name));
    await mkdir(join(ground.folder, 'logs'), { mode: 0o700 });
    return ground;
  }

  async open(): Promise<KeeperClient> {
    const client = await KeeperClient.open({
      root: this.keeperRoot,
      program: {
        node: process.execPath,
        script: join(project, 'src/keeper/main.ts'),
        shim: join(project, 'bin/minke-shim'),
        proxy: join(project, 'bin/minke-proxy'),
      },
      version: 'test',
      log: new LineLogger({ level: 'error', format: 'text', write: (line) => process.stderr.write(line) }),
    });
    this.#clients.push(client);
    return client;
  }

  /** A new id that no other test has. */
  id(): string {
    this.#next += 1;
    return `k${process.pid}-${this.#next}`;
  }

  logPath = (id: string): string => join(this.folder, 'logs', `${id}.log`);

  /** A task that runs a new container, logged by json-file without limits unless stated otherwise. */
  async container(
    { args, tty = false, uid = 0 }: BundleOptions,
    options: Partial<TaskSpec> = {},
    runtime: Runtime = 'crun',
  ): Promise<TaskSpec> {
    const id = options.id ?? this.id();
    const bundle = join(this.folder, 'bundles', id);
    await mkdir(bundle, { recursive: true });
    await writeFile(join(bundle, 'config.json'), JSON.stringify(this.#config(id, args, tty, uid)));
    this.#started.push({ id, runtime });
    return {
      id,
      kind: 'container',
      container: id,
      argv: [...this.#runtime(runtime), 'run', ...this.#detached(tty), id],
      env: { PATH: '/usr/sbin:/usr/bin' },
      cwd: bundle,
      tty,
      openStdin: false,
      stdinOnce: false,
      log: {
        driver: 'json-file',
        path: this.logPath(id),
        maxSize: 0,
        maxFiles: 1,
        compress: false,
        attrs: {},
      },
      ...options,
    };
  }

  /** A task that runs a further process in a container. */
  async exec(
    container: TaskSpec,
    { args, tty = false, uid = 0 }: BundleOptions,
    options: Partial<TaskSpec> = {},
  ): Promise<TaskSpec> {
    const id = this.id();
    const file = join(container.cwd, `${id}.json`);
    const { process } = this.#config(id, args, tty, uid);
    // The runtime sets it before the process begins; the shim only after.
    await writeFile(file, JSON.stringify({ ...process, consoleSize: options.consoleSize }));
    const runtime = this.#started.find(({ id: started }) => started === container.id)?.runtime ?? 'crun';
    return {
      ...container,
      id,
      kind: 'exec',
      argv: [...this.#runtime(runtime), 'exec', ...this.#detached(tty), '--process', file, container.id],
      tty,
      log: { driver: 'none' },
      ...options,
    };
  }

  /** Signals a container's processes as the engine would. */
  async kill(id: string, signal = 'KILL'): Promise<void> {
    const runtime = this.#started.find(({ id: started }) => started === id)?.runtime ?? 'crun';
    await command([runtime, '--root', join(this.folder, runtime), 'kill', id, signal]);
  }

  /** Ends everything; the keeper too, which says whether it held anything that was not forgotten. */
  async close(): Promise<{ retired: boolean }> {
    const client = this.#clients.find(({ pid }) => pid > 0) ?? (await this.open());
    for (const { id, runtime } of this.#started) {
      await command([runtime, '--root', join(this.folder, runtime), 'delete', '--force', id]).catch(() => {});
    }
    await this.settled(client);
    for (const { id } of await client.list()) await client.forget(id);
    const retired = await client.retire();
    for (const open of this.#clients) await open.close();
    await new LinuxCgroups().remove(this.#cgroup);
    await rm(this.folder, { recursive: true, force: true });
    return { retired };
  }

  /** Waits until all tasks have ended. */
  async settled(client: KeeperClient): Promise<void> {
    const all = async () => (await client.list()).every(({ exit }) => exit !== undefined);
    await until('all tasks to end', all, { limit: 120_000 });
  }

  #runtime(runtime: Runtime): string[] {
    return [
      runtime,
      '--root',
      join(this.folder, runtime),
      '--log',
      place('LOG_FILE'),
      '--log-format',
      'json',
    ];
  }

  #detached(tty: boolean): string[] {
    const console = tty ? ['--console-socket', place('CONSOLE_SOCKET')] : [];
    return ['--detach', '--pid-file', place('PID_FILE'), ...console];
  }

  #config(id: string, args: readonly string[], tty: boolean, uid: number): Spec {
    const capabilities = ['CAP_KILL'];
    return {
      ociVersion: '1.0.0',
      root: { path: join(this.folder, 'rootfs') },
      process: {
        terminal: tty,
        user: { uid, gid: uid },
        args: [...args],
        env: ['PATH=/bin'],
        cwd: '/',
        capabilities: {
          bounding: capabilities,
          effective: uid === 0 ? capabilities : [],
          permitted: uid === 0 ? capabilities : [],
          inheritable: [],
          ambient: [],
        },
        noNewPrivileges: true,
      },
      mounts: [
        { destination: '/proc', type: 'proc', source: 'proc' },
        {
          destination: '/dev',
          type: 'tmpfs',
          source: 'tmpfs',
          options: ['nosuid', 'mode=755', 'size=65536k'],
        },
        {
          destination: '/dev/pts',
          type: 'devpts',
          source: 'devpts',
          options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
        },
      ],
      linux: {
        cgroupsPath: `${this.#cgroup}/${id}`,
        namespaces: [
          { type: 'pid' },
          { type: 'ipc' },
          { type: 'uts' },
          { type: 'mount' },
          { type: 'network' },
        ],
      },
    };
  }
}
