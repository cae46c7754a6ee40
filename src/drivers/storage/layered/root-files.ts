/**
 * What every container's root has, whatever its image says: places that the runtime mounts over, and the mark by
 * which programs know that they run in a container. The same list as Docker's init layer.
 */
import { closeFd, makeDirectoryAt, openAt, setMode, symlinkAt } from '../../../host/safepath/calls.ts';
import { tryStatAt } from '../../../host/safepath/file-stat.ts';
import {
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_PATH,
  O_RDONLY,
  O_WRONLY,
  S_IFDIR,
} from '../../../host/safepath/flags.ts';
import { removeAt } from '../../../host/tree/remove.ts';

const directories = ['dev/pts', 'dev/shm', 'proc', 'sys'];
const files = ['.dockerenv', 'etc/resolv.conf', 'etc/hosts', 'etc/hostname', 'dev/console'];
const links: readonly (readonly [string, string])[] = [['etc/mtab', '/proc/mounts']];

/** Opens the directory `name`; a link or file of the image's that is in the way is taken out of it. */
function enter(dir: number, name: string): number {
  const stat = tryStatAt(dir, name);
  if (stat?.type !== S_IFDIR) {
    if (stat !== null) removeAt(dir, name);
    makeDirectoryAt(dir, name, 0o755);
    const made = openAt(dir, name, O_RDONLY | O_DIRECTORY);
    // Whatever the umask is.
    setMode(made, 0o755);
    return made;
  }
  return openAt(dir, name, O_PATH | O_DIRECTORY);
}

/** Walks to the directory of `path` and does `work` there. */
function inParent(root: number, path: string, work: (dir: number, name: string) => void): void {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  let dir = openAt(root, '.', O_PATH | O_DIRECTORY);
  try {
    for (const part of parts) {
      const next = enter(dir, part);
      closeFd(dir);
      dir = next;
    }
    work(dir, name);
  } finally {
    closeFd(dir);
  }
}

function clear(dir: number, name: string): boolean {
  const stat = tryStatAt(dir, name);
  if (stat?.type === S_IFDIR) return false;
  if (stat !== null) removeAt(dir, name);
  return true;
}

/** @param root descriptor of a root that no container runs in yet */
export function makeRootFiles(root: number): void {
  for (const path of directories) inParent(root, path, (dir, name) => closeFd(enter(dir, name)));
  for (const path of files)
    inParent(root, path, (dir, name) => {
      if (!clear(dir, name)) return;
      const fd = openAt(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0o755);
      setMode(fd, 0o755);
      closeFd(fd);
    });
  for (const [path, target] of links)
    inParent(root, path, (dir, name) => {
      if (clear(dir, name)) symlinkAt(target, dir, name);
    });
}
