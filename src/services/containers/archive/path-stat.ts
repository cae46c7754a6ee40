import type { PathStat as HostPathStat } from '../../../host/archive/contract.ts';
import { timeOf } from '../../../kit/time/rfc3339.ts';
import type { PathStat } from '../contract.ts';

/** Types of stat(2)'s st_mode that the archive API asks for. */
export const S_IFDIR = 0o040000;

/** Bits of Go's os.FileMode beside the permissions, by the type of st_mode. */
const goTypes: ReadonlyMap<number, number> = new Map([
  [S_IFDIR, 2 ** 31],
  [0o120000, 2 ** 27],
  [0o060000, 2 ** 26],
  [0o020000, 2 ** 26 + 2 ** 21],
  [0o010000, 2 ** 25],
  [0o140000, 2 ** 24],
]);
/** setuid, setgid, sticky. */
const goFlags: readonly (readonly [number, number])[] = [
  [0o4000, 2 ** 23],
  [0o2000, 2 ** 22],
  [0o1000, 2 ** 20],
];

export function goMode({ type, mode }: Pick<HostPathStat, 'type' | 'mode'>): number {
  let bits = (mode & 0o777) + (goTypes.get(type) ?? 0);
  for (const [flag, go] of goFlags) if ((mode & flag) !== 0) bits += go;
  return bits;
}

/** @param name what the path asked for ends in */
export const showStat = (stat: HostPathStat, name: string): PathStat => ({
  name,
  size: stat.size,
  mode: goMode(stat),
  mtime: timeOf(BigInt(stat.mtime.seconds) * 1_000_000_000n + BigInt(stat.mtime.nanoseconds)),
  linkTarget: stat.linkTarget,
});
