/** A daemon process on its ground: started, asked for, crashed, started again, ended. Docker and ours alike. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { docker20 } from '../../../scripts/peers/docker20.ts';
import { docker28 } from '../../../scripts/peers/docker28.ts';
import { type CommandOptions, command, must } from '../command.ts';
import { until } from '../until.ts';
import { api } from './api.ts';
import type { Engine, EngineName, EngineOptions } from './contract.ts';
import { type Ground, layGround } from './ground.ts';
import { removeContainers } from './requests.ts';

/** How one kind of engine is started. */
export interface DaemonKind {
  readonly name: EngineName;
  /** Program and the flags that only this kind has. */
  argv(ground: Ground): readonly string[];
  /** PATH of the daemon, in which it finds what it starts. */
  readonly path: string;
}

export const MODERN_CLIENT = join(docker28.into, 'usr/bin/docker');
/** Docker 28's client where it could be brought, else Docker 20.10's. */
export const newestClient = (): string =>
  existsSync(MODERN_CLIENT) ? MODERN_CLIENT : join(docker20.into, 'usr/bin/docker');
const PLUGINS = join(docker28.into, 'usr/libexec/docker/cli-plugins');
const BASE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export async function startDaemon(kind: DaemonKind, options: EngineOptions): Promise<Engine> {
  const ground = await layGround(options.below);
  const at = (name: string) => join(ground.root, name);
  const socket = at('docker.sock');
  const [dataRoot, execRoot, clientConfig] = [at('data'), at('run'), at('client')];
  const env = {
    PATH: BASE_PATH,
    HOME: ground.root,
    DOCKER_HOST: `unix://${socket}`,
    DOCKER_CONFIG: clientConfig,
  };
  const ask: Engine['api'] = (method, path, body) => api(socket, method, path, body);
  let pid = 0;
  let ended: Promise<unknown> = Promise.resolve();

  const up = async (): Promise<void> => {
    const log = await open(at('daemon.log'), 'a');
    const argv = [
      // Should the tests themselves be killed, the daemon ends too.
      '--pdeathsig=TERM',
      'nsenter',
      `--net=/run/netns/${ground.netns}`,
      ...kind.argv(ground),
      `--host=unix://${socket}`,
      `--data-root=${dataRoot}`,
      `--exec-root=${execRoot}`,
      `--pidfile=${at('daemon.pid')}`,
      `--config-file=${at('daemon.json')}`,
      `--cgroup-parent=${ground.cgroupParent}`,
      ...(options.flags ?? []),
    ];
    const child = spawn('setpriv', argv, {
      stdio: ['ignore', log.fd, log.fd],
      env: { PATH: `${kind.path}:${BASE_PATH}`, HOME: ground.root, LANG: 'C.UTF-8', ...options.env },
    });
    await once(child, 'spawn');
    await log.close();
    pid = child.pid ?? 0;
    ended = once(child, 'exit');
    await until(
      `${kind.name} to answer`,
      async () => {
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`${kind.name} ended before it answered:\n${await tail(at('daemon.log'))}`);
        }
        const answer = await api(socket, 'GET', '/_ping').catch(() => undefined);
        return answer?.status === 200;
      },
      { limit: 120_000, every: 10 },
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${await tail(at('daemon.log'))}`);
    });
  };
  const end = async (signal: NodeJS.Signals, limit: number): Promise<boolean> => {
    if (pid === 0) return true;
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself.
    }
    const inTime = await Promise.race([ended.then(() => true), pause(limit, false, { ref: false })]);
    if (inTime) pid = 0;
    return inTime;
  };
  const down = async () => {
    if (await end('SIGTERM', 120_000)) return;
    await end('SIGKILL', 30_000);
    throw new Error(`${kind.name} did not end within 120 s of SIGTERM:\n${await tail(at('daemon.log'))}`);
  };

  const stop = async (): Promise<string[]> => {
    const trouble: string[] = [];
    if (pid !== 0) {
      await removeContainers({ name: kind.name, api: ask }).catch((error: unknown) =>
        trouble.push(String(error)),
      );
      await down().catch((error: unknown) => trouble.push(String(error)));
    }
    // What is told to end by the daemon may take a moment to do so.
    await until('helpers to end', async () => (await ground.daemons()).length === 0).catch(() => {});
    // Where the engine left something in it, this fails, and the ground tells what.
    if (options.execRootInMemory === true) await command(['umount', execRoot]);
    return [...trouble, ...(await ground.clear())];
  };

  try {
    await mkdir(clientConfig, { recursive: true });
    if (options.execRootInMemory === true) {
      await mkdir(execRoot);
      await must(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', execRoot]);
    }
    await symlink(PLUGINS, join(clientConfig, 'cli-plugins'));
    await writeFile(at('daemon.json'), JSON.stringify(options.config ?? {}));
    await up();
  } catch (error) {
    await ground.clear();
    throw error;
  }
  return {
    name: kind.name,
    socket,
    dataRoot,
    execRoot,
    cgroupParent: ground.cgroupParent,
    netns: ground.netns,
    env,
    get pid() {
      return pid;
    },
    client: options.client ?? newestClient(),
    docker: (args, { client = options.client ?? newestClient(), ...rest } = {}) =>
      command([client, ...args], { env, cwd: ground.root, ...rest }),
    api: ask,
    inside: (argv: readonly string[], rest: CommandOptions = {}) =>
      command(['nsenter', `--net=/run/netns/${ground.netns}`, ...argv], { env, cwd: ground.root, ...rest }),
    processes: ground.daemons,
    log: () => readFile(at('daemon.log'), 'utf8'),
    crash: async () => {
      // Two daemons on the same folders would tell of faults that are none.
      if (!(await end('SIGKILL', 120_000)))
        throw new Error(`${kind.name} did not end within 120 s of SIGKILL`);
    },
    down,
    up,
    stop,
  };
}

async function tail(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '(no log)');
  return text.split('\n').slice(-30).join('\n');
}
