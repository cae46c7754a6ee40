/**
 * Mount namespaces by unshare(2) and setns(2). The calls change the calling thread alone: they are for worker threads
 * only, and what is done inside is synchronous calls of the kernel and nothing else: no module is loaded, no file of
 * the namespace is run.
 */
import { bindChecked } from '../../ffi/libc.ts';
import { closeFd, openTrusted } from '../../safepath/calls.ts';
import { O_DIRECTORY, O_PATH, O_RDONLY } from '../../safepath/flags.ts';

const CLONE_FS = 0x200;
const CLONE_NEWNS = 0x20000;
const MS_REC = 16384;
const MS_SLAVE = 1 << 19;

const unshare = bindChecked<[number]>('int unshare(int flags)');
const setns = bindChecked<[number, number]>('int setns(int fd, int type)');
const fchdir = bindChecked<[number]>('int fchdir(int fd)');
const chroot = bindChecked<[string]>('int chroot(const char *path)');
const mount = bindChecked<[null, string, null, number, null]>(
  'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
);

/** Where the thread is at home: namespace, root, working directory. */
interface Home {
  readonly namespace: number;
  readonly root: number;
  readonly cwd: number;
}

function leave(): Home {
  // A thread that shares these with others may not change its namespace.
  unshare(CLONE_FS);
  const fds: number[] = [];
  try {
    const open = (path: string, flags: number): number => {
      const fd = openTrusted(path, flags);
      fds.push(fd);
      return fd;
    };
    return {
      namespace: open('/proc/thread-self/ns/mnt', O_RDONLY),
      root: open('/', O_PATH | O_DIRECTORY),
      cwd: open('.', O_PATH | O_DIRECTORY),
    };
  } catch (error) {
    for (const fd of fds) closeFd(fd);
    throw error;
  }
}

function comeBack({ namespace, root, cwd }: Home): void {
  try {
    setns(namespace, CLONE_NEWNS);
    fchdir(root);
    chroot('.');
    fchdir(cwd);
  } catch {
    // A thread that can't come home must not work for anybody any more. In a worker this ends the thread alone.
    process.exit(1);
  }
  for (const fd of [namespace, root, cwd]) closeFd(fd);
}

function away<T>(go: () => void, work: () => T): T {
  const home = leave();
  try {
    go();
    return work();
  } finally {
    comeBack(home);
  }
}

/** Runs `work` in a copy of the mount namespace, which goes with the end of it. Nothing spreads from there. */
export const inMountCopy = <T>(work: () => T): T =>
  away(() => {
    unshare(CLONE_NEWNS);
    mount(null, '/', null, MS_REC | MS_SLAVE, null);
  }, work);

/** Runs `work` in the mount namespace that the descriptor stands for. */
export const inMountNamespace = <T>(namespace: number, work: () => T): T =>
  away(() => void setns(namespace, CLONE_NEWNS), work);
