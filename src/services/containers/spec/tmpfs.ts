/** Options of `--tmpfs` and of mounts of type tmpfs: tmpfs(5), mount(8). */
import { invalid } from '../../../errors/minke-error.ts';

/** Words that say yes or no to the same thing; the last one counts. */
const pairs: readonly (readonly string[])[] = [
  ['defaults'],
  ['ro', 'rw'],
  ['exec', 'noexec'],
  ['suid', 'nosuid'],
  ['dev', 'nodev'],
  ['sync', 'async'],
  ['dirsync'],
  ['remount'],
  ['mand', 'nomand'],
  ['atime', 'noatime'],
  ['diratime', 'nodiratime'],
  ['relatime', 'norelatime'],
  ['strictatime', 'nostrictatime'],
  ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave', 'unbindable', 'runbindable'],
];
const groupOf = new Map(pairs.flatMap((words) => words.map((word) => [word, words[0] ?? word] as const)));
const valued = new Set(['size', 'mode', 'uid', 'gid', 'nr_inodes', 'nr_blocks', 'mpol']);

/** @throws invalid 'Invalid tmpfs option "…"' */
export function tmpfsOptions(text: string): string[] {
  const words = ['noexec', 'nosuid', 'nodev', 'rprivate', ...text.split(',').filter((word) => word !== '')];
  const chosen = new Map<string, string>();
  for (const word of words) {
    const name = word.split('=', 1)[0] ?? '';
    const key = word.includes('=') ? (valued.has(name) ? name : undefined) : groupOf.get(word);
    if (key === undefined) throw invalid(`invalid tmpfs option ${JSON.stringify(word)}`);
    chosen.delete(key);
    chosen.set(key, word);
  }
  return [...chosen.values()].filter((word) => word !== 'defaults');
}

const units = [
  ['g', 1 << 30],
  ['m', 1 << 20],
  ['k', 1 << 10],
] as const;

export interface TmpfsBody {
  readonly SizeBytes: number;
  readonly Mode: number;
  readonly Options: readonly (readonly string[] | null)[] | null;
}

/** `TmpfsOptions` of a mount as text for `tmpfsOptions`. */
export function tmpfsText(options: TmpfsBody | null | undefined, readOnly: boolean): string {
  const words = readOnly ? ['ro'] : [];
  if (options == null) return words.join(',');
  const { SizeBytes: size, Mode: mode, Options: more } = options;
  if (mode !== 0) words.push(`mode=${mode.toString(8)}`);
  if (size !== 0) {
    const [unit, divisor] = units.find(([, bytes]) => size % bytes === 0) ?? ['', 1];
    words.push(`size=${size / divisor}${unit}`);
  }
  for (const option of more ?? []) {
    const [name = '', value] = option ?? [];
    if (option === null || option.length < 1 || option.length > 2)
      throw invalid('invalid option array length');
    if (name !== 'exec' && name !== 'noexec') throw invalid(`invalid option: ${name}`);
    words.push(value === undefined ? name : `${name}=${value}`);
  }
  return words.join(',');
}
