/**
 * Taking links away. A link is gone for everybody within a millisecond or few; then the kernel waits some 20 ms for
 * readers that may still hold it before it answers (rcu_barrier in netdev_run_todo), without a lock. That wait is left
 * to a thread of libuv's pool.
 */
import { deleteLink, getLink } from './link.ts';
import { NetlinkError, NetlinkSocket } from './socket.ts';

/** Waits under way at most, as files are read and written by the same pool of four; what comes besides waits itself. */
const most = 2;
let waiting = 0;

/** Milliseconds between looks; the kernel's lock makes each wait for whoever is taking a link away. */
const interval = 0.1;
/** Looks after which something is wrong: 5 s. */
const patience = 50_000;

const clock = new Int32Array(new SharedArrayBuffer(4));

/** @param socket in the namespace of the link */
function isThere(socket: NetlinkSocket, name: string): boolean {
  try {
    socket.query(getLink(name));
    return true;
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') return false;
    throw error;
  }
}

/**
 * Comes back when nobody sees the link any more; fine where there is none. The calling thread must be in the namespace
 * of `socket`. Throws `NetlinkError` where the kernel refuses.
 */
export function removeLink(socket: NetlinkSocket, name: string): void {
  if (waiting >= most) {
    socket.batch([deleteLink(name)], () => ['ENODEV']);
    return;
  }
  if (!isThere(socket, name)) return;
  const other = new NetlinkSocket();
  waiting += 1;
  other
    .sendElsewhere(deleteLink(name))
    .catch(() => {})
    .finally(() => {
      waiting -= 1;
      other.close();
    });
  for (let looks = 0; isThere(socket, name); looks += 1) {
    if (other.answered()) return;
    if (looks === patience) throw new Error(`link ${name} does not go away`);
    Atomics.wait(clock, 0, 0, interval);
  }
}
