import type { Duplex } from 'node:stream';
import type { Address } from './address.ts';
import type { TlsMaterial } from './tls-material.ts';

/** Opens one byte stream to the daemon. Rejects with the system's error. */
export type Dial = (signal?: AbortSignal) => Promise<Duplex>;

/** Picks the way to the daemon; what it needs is loaded when first dialled. */
export function dialer(address: Address, tls: TlsMaterial | undefined): Dial {
  switch (address.kind) {
    case 'unix':
      return async (signal) => (await import('./unix.ts')).dialUnix(address.path, signal);
    case 'tcp':
      if (tls === undefined)
        return async (signal) => (await import('./tcp.ts')).dialTcp(address.host, address.port, signal);
      return async (signal) => (await import('./tls.ts')).dialTls(address.host, address.port, tls, signal);
    case 'ssh':
      return async (signal) => (await import('./ssh.ts')).dialSsh(address, signal);
  }
}
