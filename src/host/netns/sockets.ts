/** Internet sockets by FFI, made while the thread is in another namespace; Node adopts the descriptors afterwards. */
import { closeSync } from 'node:fs';
import { socketAddress } from '../fds/socket-address.ts';
import { bindChecked, SystemError } from '../ffi/libc.ts';

const type = { tcp: 1, udp: 2 } as const;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const backlog = 64;
const SOL_SOCKET = 1;
/** Above `net.core.rmem_max`, for CAP_NET_ADMIN: socket(7). */
const SO_RCVBUFFORCE = 33;
/** Bytes of questions that wait while the process is busy; with its book-keeping a packet takes some 800. */
const waiting = 1 << 20;

const openSocket = bindChecked<[number, number, number]>('int socket(int domain, int type, int protocol)');
const bindSocket = bindChecked<[number, Uint8Array, number]>(
  'int bind(int fd, const uint8_t *address, uint32_t length)',
);
const connectSocket = bindChecked<[number, Uint8Array, number]>(
  'int connect(int fd, const uint8_t *address, uint32_t length)',
);
const listenSocket = bindChecked<[number, number]>('int listen(int fd, int backlog)');
const setOption = bindChecked<[number, number, number, Uint8Array, number]>(
  'int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)',
);
const socketName = bindChecked<[number, Uint8Array, Uint8Array]>(
  'int getsockname(int fd, _Out_ uint8_t *address, uint32_t *length)',
);

export type Transport = keyof typeof type;

function make<T>(transport: Transport, family: number, body: (fd: number) => T): T {
  const fd = openSocket(family, type[transport] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  try {
    return body(fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

export interface BoundSocket {
  readonly fd: number;
  readonly port: number;
}

/** Bound (TCP: listening) in the namespace where the thread is. @param port 0: any */
export function boundSocket(transport: Transport, address: string, port: number): BoundSocket {
  const { family, bytes } = socketAddress(address, port);
  return make(transport, family, (fd) => {
    if (transport === 'udp') {
      setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, new Uint8Array(Int32Array.of(waiting).buffer), 4);
    }
    bindSocket(fd, bytes, bytes.length);
    if (transport === 'tcp') listenSocket(fd, backlog);
    const name = new Uint8Array(28);
    const length = new Uint8Array(Uint32Array.of(name.length).buffer);
    socketName(fd, name, length);
    return { fd, port: new DataView(name.buffer).getUint16(2, false) };
  });
}

/** Protocols of stream sockets, IPPROTO_*. */
export const streamProtocol = { tcp: 6, sctp: 132 } as const;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;

/**
 * A socket that has the port, so that nobody else gets it, and listens to nothing; the caller's to close. Throws
 * EPROTONOSUPPORT where the kernel lacks the protocol, else what bind(2) says.
 */
export function heldPort(protocol: keyof typeof streamProtocol, address: string, port: number): number {
  const { family, bytes } = socketAddress(address, port);
  const fd = openSocket(family, type.tcp | SOCK_CLOEXEC, streamProtocol[protocol]);
  try {
    if (address.includes(':')) {
      setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, new Uint8Array(Int32Array.of(1).buffer), 4);
    }
    bindSocket(fd, bytes, bytes.length);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** For UDP it may send to anybody; for TCP it is on its way to the peer, the connection may not be there yet. */
export function outgoingSocket(transport: Transport, address: string, port: number): number {
  const { family, bytes } = socketAddress(address, port);
  return make(transport, family, (fd) => {
    if (transport === 'udp') return fd;
    try {
      connectSocket(fd, bytes, bytes.length);
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== 'EINPROGRESS') throw error;
    }
    return fd;
  });
}
