import { bindChecked } from '../ffi/libc.ts';

const socketpair = bindChecked<[number, number, number, Buffer]>(
  'int socketpair(int domain, int type, int protocol, int *fds)',
);
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;

/** Two connected stream sockets, close-on-exec, the caller's to close: socketpair(2). */
export function socketPair(): readonly [number, number] {
  const fds = Buffer.alloc(8);
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds);
  return [fds.readInt32LE(0), fds.readInt32LE(4)];
}
