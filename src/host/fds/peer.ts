import type { Socket } from 'node:net';
import { bindChecked } from '../ffi/libc.ts';

const getsockopt = bindChecked<[number, number, number, Buffer, Buffer]>(
  'int getsockopt(int fd, int level, int name, void *value, void *length)',
);
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

export interface Peer {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** Who is on the other side of a unix socket (unix(7), SO_PEERCRED). `undefined` for a socket that is closed. */
export function peerOf(socket: Socket): Peer | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined;
  if (typeof handle.fd !== 'number' || handle.fd < 0) return undefined;
  const value = Buffer.alloc(12);
  const length = Buffer.alloc(4);
  length.writeInt32LE(value.length);
  getsockopt(handle.fd, SOL_SOCKET, SO_PEERCRED, value, length);
  return { pid: value.readInt32LE(0), uid: value.readUInt32LE(4), gid: value.readUInt32LE(8) };
}
