import { bindChecked } from '../ffi/libc.ts';

const poll = bindChecked<[Buffer, number, number]>('int poll(void *fds, unsigned long count, int timeout)');

const POLLERR = 0x08;
const POLLHUP = 0x10;
const POLLNVAL = 0x20;

/**
 * True where nobody can speak on `fd` any more, in either direction: poll(2)'s POLLHUP. A peer that only ended its own
 * half is still there; Node can't tell the two apart once it has read the end.
 */
export function hungUp(fd: number): boolean {
  const entry = Buffer.alloc(8);
  entry.writeInt32LE(fd, 0);
  poll(entry, 1, 0);
  return (entry.readUInt16LE(6) & (POLLERR | POLLHUP | POLLNVAL)) !== 0;
}
