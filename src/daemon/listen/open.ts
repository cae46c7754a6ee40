/** Opens the sockets that the API is served on. */
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type ListenOptions, type Server } from 'node:net';
import { dirname } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { conflict, invalid, systemCode } from '../../errors/minke-error.ts';
import type { ListenAddress } from './addresses.ts';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** Only clients with a certificate by this CA get in; null: any client does. */
  readonly clientCa: string | null;
}

export interface Listener {
  readonly server: Server;
  /** Peers on the same host through a socket file: no `Host` to judge, no certificate to ask for. */
  readonly local: boolean;
  /** For the log: `/var/run/docker.sock`, `[::]:2376`. */
  readonly name: string;
  close(): Promise<void>;
}

/** The gid of a group in group(5) form, or null. */
export function groupId(name: string, groupFile: string): number | null {
  if (/^\d+$/.test(name)) return Number(name);
  for (const line of groupFile.split('\n')) {
    const [group, , id] = line.split(':');
    if (group === name && id !== undefined && /^\d+$/.test(id)) return Number(id);
  }
  return null;
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect({ path });
    const settle = (found: boolean) => () => {
      probe.destroy();
      resolve(found);
    };
    probe.once('connect', settle(true)).once('error', settle(false));
  });

const listening = (server: Server, options: ListenOptions | { fd: number }, name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const used = systemCode(error) === 'EADDRINUSE';
      reject(
        used
          ? conflict(`failed to load listeners: listen ${name}: bind: address already in use`, error)
          : error,
      );
    });
    server.listen(options, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });

async function openUnix(path: string, group: string): Promise<Listener> {
  const dir = dirname(path);
  mkdirSync(dir, { recursive: true });
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) {
    if (await answers(path))
      throw conflict(
        `failed to load listeners: can't create unix socket ${path}: another daemon answers there`,
      );
    rmSync(path);
  }
  const server = createServer({ allowHalfOpen: true });
  // Nobody but root gets in between bind and the chmod below.
  const before = process.umask(0o177);
  try {
    await listening(server, { path, backlog: 1024 }, path);
  } finally {
    process.umask(before);
  }
  const gid = groupId(group, readFileSync('/etc/group', 'utf8'));
  if (gid !== null) chownSync(path, 0, gid);
  chmodSync(path, 0o660);
  return {
    server,
    local: true,
    name: path,
    // Node unlinks the socket file when the server closes.
    close: () => closed(server),
  };
}

async function openTcp(host: string, port: number, tls: TlsFiles | null): Promise<Listener> {
  const server =
    tls === null
      ? createServer({ allowHalfOpen: true })
      : createTlsServer({
          cert: readFileSync(tls.cert),
          key: readFileSync(tls.key),
          minVersion: 'TLSv1.2',
          allowHalfOpen: true,
          ...(tls.clientCa === null
            ? {}
            : { ca: readFileSync(tls.clientCa), requestCert: true, rejectUnauthorized: true }),
        });
  const name = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  await listening(server, { host, port, backlog: 1024 }, name);
  return { server, local: false, name, close: () => closed(server) };
}

/** systemd's protocol, sd_listen_fds(3): descriptors from 3 on, meant for the process that LISTEN_PID names. */
async function openActivated(environment: NodeJS.ProcessEnv): Promise<Listener[]> {
  const count = Number(environment.LISTEN_FDS ?? '0');
  if (environment.LISTEN_PID !== String(process.pid) || !(count > 0)) {
    throw invalid('no sockets found via socket activation: make sure the service was started by systemd');
  }
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const server = createServer({ allowHalfOpen: true });
      await listening(server, { fd: 3 + index }, `fd ${3 + index}`);
      return { server, local: true, name: `fd://${3 + index}`, close: () => closed(server) };
    }),
  );
}

/** Opens all or none. */
export async function openListeners(
  addresses: readonly ListenAddress[],
  options: { readonly group: string; readonly tls: TlsFiles | null; readonly environment: NodeJS.ProcessEnv },
): Promise<Listener[]> {
  const open: Listener[] = [];
  try {
    for (const address of addresses) {
      if (address.kind === 'unix') open.push(await openUnix(address.path, options.group));
      else if (address.kind === 'tcp') open.push(await openTcp(address.host, address.port, options.tls));
      else open.push(...(await openActivated(options.environment)));
    }
    return open;
  } catch (error) {
    await Promise.all(open.map((listener) => listener.close()));
    throw error;
  }
}
