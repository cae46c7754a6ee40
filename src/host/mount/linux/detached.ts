/**
 * Trees of mounts that hang in no place yet, by descriptor: open_tree(2), move_mount(2) (kernel 5.2),
 * mount_setattr(2) (5.12). They go with their last descriptor.
 */
import { bind, lastErrno, SystemError } from '../../ffi/libc.ts';

type Four = [number, number, string, number];
const openTree = bind<Four, number>('long syscall(long number, long dir, const char *path, long flags)');
const moveMountCall = bind<[number, number, string, number, string, number], number>(
  'long syscall(long number, long from, const char *source, long to, const char *target, long flags)',
);
const setAttributes = bind<[number, number, string, number, Buffer, number], number>(
  'long syscall(long number, long dir, const char *path, long flags, uint8_t *attributes, long size)',
);
const mount = bind<[null, string, null, number, null], number>(
  'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
);

/** The same on every architecture. */
const numbers = { openTree: 428, moveMount: 429, setAttributes: 442 } as const;

const AT_EMPTY_PATH = 0x1000;
const AT_RECURSIVE = 0x8000;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = 0o2000000;
const MOVE_MOUNT_F_EMPTY_PATH = 4;
const MOVE_MOUNT_T_EMPTY_PATH = 0x40;
const MOUNT_ATTR_RDONLY = 1;
const MS_RDONLY = 1;
const MS_REMOUNT = 32;
const MS_BIND = 4096;
const MS_REC = 16384;
const MS_PRIVATE = 1 << 18;
const ENOSYS = 38;

let knowsAttributes = true;

/** For tests: false does without mount_setattr(2). */
export const useMountAttributes = (use: boolean): void => {
  knowsAttributes = use;
};

function checked(result: number, call: string): number {
  if (result === -1) throw new SystemError(call, lastErrno());
  return result;
}

/**
 * A copy of what is mounted where `fd` leads, from there downwards. The mount must be one of the calling thread's
 * namespace, or detached.
 * @param recursive with the mounts below
 */
export const cloneMount = (fd: number, recursive: boolean): number =>
  checked(
    openTree(
      numbers.openTree,
      fd,
      '',
      AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? AT_RECURSIVE : 0),
    ),
    'open_tree',
  );

/** Hangs a detached tree over the very file or directory that `target` leads to. */
export const attachMount = (tree: number, target: number): void => {
  const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  checked(moveMountCall(numbers.moveMount, tree, '', target, '', flags), 'move_mount');
};

function change(fd: number, attributes: number, propagation: number, recursive: boolean): boolean {
  if (!knowsAttributes) return false;
  const structure = Buffer.alloc(32);
  structure.writeUInt32LE(attributes, 0);
  structure.writeUInt32LE(propagation, 16);
  const flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
  if (setAttributes(numbers.setAttributes, fd, '', flags, structure, structure.length) === 0) return true;
  const errno = lastErrno();
  if (errno !== ENOSYS) throw new SystemError('mount_setattr', errno);
  knowsAttributes = false;
  return false;
}

/** @param fd root of a mount in the calling thread's namespace; the same for the mounts below */
export function makePrivate(fd: number): void {
  if (change(fd, 0, MS_PRIVATE, true)) return;
  checked(mount(null, `/proc/thread-self/fd/${fd}`, null, MS_PRIVATE | MS_REC, null), 'mount');
}

/**
 * @param fd as for `makePrivate`
 * @param below the mounts below too: not, where the kernel can, or at any price
 */
export function makeReadOnly(fd: number, below: 'no' | 'possible' | 'demanded'): void {
  if (change(fd, MOUNT_ATTR_RDONLY, 0, below !== 'no')) return;
  if (below === 'demanded') throw new SystemError('mount_setattr', ENOSYS);
  checked(mount(null, `/proc/thread-self/fd/${fd}`, null, MS_REMOUNT | MS_BIND | MS_RDONLY, null), 'mount');
}
