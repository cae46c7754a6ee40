/** Lines of /proc/<pid>/mountinfo: proc_pid_mountinfo(5). */
import type { MountInfo } from './contract.ts';

/** Blanks, tabs, newlines and backslashes are written as three octal digits. */
const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    : text;

function parseLine(line: string): MountInfo | null {
  const fields = line.split(' ');
  const dash = fields.indexOf('-', 6);
  const [id, parentId, device, root, mountPoint, options] = fields;
  const [type, source, superOptions] = dash === -1 ? [] : fields.slice(dash + 1);
  if (
    id === undefined ||
    parentId === undefined ||
    device === undefined ||
    root === undefined ||
    mountPoint === undefined ||
    options === undefined ||
    type === undefined ||
    source === undefined
  )
    return null;
  return {
    id: Number(id),
    parentId: Number(parentId),
    device,
    root: unescaped(root),
    mountPoint: unescaped(mountPoint),
    options: options.split(','),
    propagation: fields.slice(6, dash),
    type,
    source: unescaped(source),
    superOptions: (superOptions ?? '').split(','),
  };
}

/** In the kernel's order: a later mount covers an earlier one on the same point. Unreadable lines are left out. */
export const parseMountInfo = (text: string): MountInfo[] =>
  text.split('\n').flatMap((line) => {
    const info = line === '' ? null : parseLine(line);
    return info === null ? [] : [info];
  });
