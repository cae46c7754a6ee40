/** Where the cgroup hierarchies are mounted: proc_pid_mountinfo(5). */

export interface Hierarchies {
  /** Mount point by controller, `name=systemd` included; controllers mounted together share one. */
  readonly v1: ReadonlyMap<string, string>;
  /** Mount point of cgroup2, where there is one. */
  readonly v2: string | null;
}

const knownFlags = new Set(['rw', 'ro', 'xattr', 'clone_children', 'noprefix', 'favordynmods']);

/** Octal escapes that the kernel writes for blanks and the like. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

export function parseHierarchies(mountinfo: string): Hierarchies {
  const v1 = new Map<string, string>();
  let v2: string | null = null;
  for (const line of mountinfo.split('\n')) {
    const [left = '', right] = line.split(' - ');
    if (right === undefined) continue;
    const point = unescaped(left.split(' ')[4] ?? '');
    const [type, , options = ''] = right.split(' ');
    if (type === 'cgroup2') v2 ??= point;
    if (type !== 'cgroup') continue;
    for (const option of options.split(',')) {
      if (!knownFlags.has(option) && !option.startsWith('release_agent=') && !v1.has(option))
        v1.set(option, point);
    }
  }
  return { v1, v2 };
}

/** Version 1 counts where any real controller is mounted that way (hybrid hosts too). */
export const versionOf = ({ v1 }: Hierarchies): 1 | 2 =>
  [...v1.keys()].some((controller) => !controller.startsWith('name=')) ? 1 : 2;

/** Mount points without doubles. */
export const rootsOf = ({ v1, v2 }: Hierarchies): string[] => [
  ...new Set([...v1.values(), ...(v2 === null ? [] : [v2])]),
];
