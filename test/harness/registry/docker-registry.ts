/** Debian's docker-registry in an engine's network namespace: the registry that others wrote. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../command.ts';
import type { Engine } from '../engine/contract.ts';
import { until } from '../until.ts';

export interface RegistryOptions {
  readonly port: number;
  /** Name and password by htpasswd. */
  readonly login?: { readonly username: string; readonly password: string };
  readonly tls?: {
    readonly certificate: string;
    readonly key: string;
    readonly clientCas?: readonly string[];
  };
  /** Folders of two registries with one name share their blobs. */
  readonly folder?: string;
  /** Default 127.0.0.1. */
  readonly address?: string;
}

export interface DockerRegistry {
  /** `localhost:port` */
  readonly host: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** YAML takes JSON. */
async function configure(folder: string, options: RegistryOptions): Promise<string> {
  const { port, login, tls, address = '127.0.0.1' } = options;
  const htpasswd = join(folder, 'htpasswd');
  if (login !== undefined) await must(['htpasswd', '-Bbc', htpasswd, login.username, login.password]);
  const config = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: {
      addr: `${address}:${port}`,
      ...(tls === undefined
        ? {}
        : {
            tls: {
              certificate: tls.certificate,
              key: tls.key,
              ...(tls.clientCas === undefined ? {} : { clientcas: tls.clientCas }),
            },
          }),
    },
    ...(login === undefined ? {} : { auth: { htpasswd: { realm: 'test', path: htpasswd } } }),
  };
  const path = join(folder, 'config.yml');
  await writeFile(path, JSON.stringify(config));
  return path;
}

export async function startRegistry(engine: Engine, options: RegistryOptions): Promise<DockerRegistry> {
  const folder = join(engine.dataRoot, '..', options.folder ?? `registry-${options.port}`);
  await mkdir(folder, { recursive: true });
  const config = await configure(folder, options);
  const enter = ['--pdeathsig=KILL', 'nsenter', `--net=/run/netns/${engine.netns}`];
  const child: ChildProcess = spawn('setpriv', [...enter, 'docker-registry', 'serve', config], {
    stdio: 'ignore',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', OTEL_TRACES_EXPORTER: 'none' },
  });
  const ended = once(child, 'exit');
  const address = options.address ?? '127.0.0.1';
  await until(`docker-registry to listen on ${options.port}`, async () => {
    if (child.exitCode !== null) throw new Error(`docker-registry ended with status ${child.exitCode}`);
    return (await engine.inside(['bash', '-c', `: < /dev/tcp/${address}/${options.port}`])).code === 0;
  }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    host: `localhost:${options.port}`,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
