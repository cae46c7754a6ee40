/**
 * Network namespaces by unshare(2), setns(2) and bind mounts. These calls change the calling thread alone: the
 * daemon's network thread, and the keeper's only one. Nothing asynchronous happens between leaving home and coming
 * back, as a thread that is born meanwhile would live in the wrong namespace.
 */
import { closeSync, constants, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCode } from '../../errors/minke-error.ts';
import { bindChecked } from '../ffi/libc.ts';

const CLONE_NEWNET = 0x40000000;
const MS_BIND = 4096;
const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;

const unshare = bindChecked<[number]>('int unshare(int flags)');
const setns = bindChecked<[number, number]>('int setns(int fd, int type)');
const mount = bindChecked<[string, string, string | null, number, null]>(
  'int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)',
);
const umount = bindChecked<[string, number]>('int umount2(const char *target, int flags)');

const OPEN = constants.O_RDONLY;

/** The namespace of the thread that made it, and ways out and back. */
export class HomeNamespace {
  readonly #fd = openSync('/proc/thread-self/ns/net', OPEN);
  readonly #lost: (error: unknown) => void;

  /** @param lost called when the way back fails: the thread is of no use any more. */
  constructor(lost: (error: unknown) => void) {
    this.#lost = lost;
  }

  /** Runs `body` inside the namespace mounted at `path`. */
  inside<T>(path: string, body: () => T): T {
    const fd = openSync(path, OPEN);
    try {
      setns(fd, CLONE_NEWNET);
    } finally {
      closeSync(fd);
    }
    return this.#andBack(body);
  }

  /** Makes a namespace at `path`, which must not exist, and runs `body` in it. Nothing is left where that fails. */
  create(path: string, body: () => void): void {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDONLY, 0o444));
    try {
      unshare(CLONE_NEWNET);
      this.#andBack(() => {
        mount('/proc/thread-self/ns/net', path, null, MS_BIND, null);
        body();
      });
    } catch (error) {
      unmount(path);
      throw error;
    }
  }

  /** Takes mount and file away; idempotent. */
  remove(path: string): void {
    this.#hasten(path);
    unmount(path);
  }

  /**
   * A connection that a dead process left open keeps the namespace, with every link in it and its other end outside,
   * until the kernel gives up on it: after 100 to 200 s (`tcp_orphan_retries`, tcp(7)), or, by this, after a second or
   * two. Nobody is left whose connections could want more.
   */
  #hasten(path: string): void {
    try {
      this.inside(path, () => writeFileSync('/proc/sys/net/ipv4/tcp_orphan_retries', '1', { flag: 'r+' }));
    } catch {
      // No mount (any more), or a kernel that knows this for all namespaces in one: it goes by itself, later.
    }
  }

  #andBack<T>(body: () => T): T {
    try {
      return body();
    } finally {
      try {
        setns(this.#fd, CLONE_NEWNET);
      } catch (error) {
        this.#lost(error);
      }
    }
  }
}

function unmount(path: string): void {
  for (;;) {
    try {
      umount(path, MNT_DETACH | UMOUNT_NOFOLLOW);
    } catch (error) {
      // EINVAL: the file is no mount (any more).
      if (!['EINVAL', 'ENOENT'].includes(systemCode(error) ?? '')) throw error;
      break;
    }
  }
  rmSync(path, { force: true });
}

/** Every plain file counts: one whose mount is gone is what a crash left. */
export function listNamespaces(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => join(folder, name));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
