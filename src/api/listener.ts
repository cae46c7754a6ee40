/** Opens the sockets that the API is served on. */
import { chmodSync, chownSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { conflict, internal, invalid, systemCode } from '../errors/minke-error.ts';

export interface ClientTls {
  /** PEM. */
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** PEM of the only authority whose clients may come; null: anybody may. */
  readonly clientCa: string | Buffer | null;
}

export type Listener =
  /** Mode 0660; `gid` as owner group where given. */
  | { readonly kind: 'unix'; readonly path: string; readonly gid?: number }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls?: ClientTls;
      /** Names, beside `localhost` and addresses, by which clients may call this listener in the Host header. */
      readonly names?: readonly string[];
    }
  /** A listening socket that was handed over (systemd). */
  | { readonly kind: 'fd'; readonly fd: number };

/** Only that authority, never the system's: with `ca` set, Node does not look at others. */
export function tlsOptions(tls: ClientTls): TlsOptions {
  const base: TlsOptions = {
    cert: tls.cert,
    key: tls.key,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
  };
  if (tls.clientCa === null) return base;
  if (tls.clientCa.length === 0)
    throw invalid('client certificates are asked for, but the authority file is empty');
  return { ...base, ca: tls.clientCa, requestCert: true, rejectUnauthorized: true };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

/** Removes what a daemon that was killed left behind; a living one's socket is kept. */
async function removeStale(path: string): Promise<void> {
  try {
    if (!lstatSync(path).isSocket()) throw conflict(`${path} exists and is no socket`);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if (await answers(path)) throw conflict(`${path} is in use by another process`);
  unlinkSync(path);
}

/** `act` binds synchronously, so no other file of ours is made under this umask. */
function withUmask(mask: number, act: () => void): void {
  const before = process.umask(mask);
  try {
    act();
  } finally {
    process.umask(before);
  }
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(internal(`can't listen: ${error.message}`, error));
    server.once('error', onError);
    server.once('listening', () => {
      server.off('error', onError);
      resolve();
    });
    listen();
  });
}

async function listenUnix(server: Server, path: string, gid: number | undefined): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  await removeStale(path);
  await listening(server, () => withUmask(0o117, () => server.listen(path)));
  chmodSync(path, 0o660);
  if (gid !== undefined) chownSync(path, process.getuid?.() ?? 0, gid);
}

export async function listen(server: Server, listener: Listener): Promise<void> {
  if (listener.kind === 'unix') return listenUnix(server, listener.path, listener.gid);
  if (listener.kind === 'fd') return listening(server, () => server.listen({ fd: listener.fd }));
  return listening(server, () =>
    server.listen({ host: listener.host, port: listener.port, exclusive: true }),
  );
}
