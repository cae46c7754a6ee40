/** Versions below which holes are known that the engine's own guards can't fully cover. Distributions backport fixes. */

interface Floor {
  /** Release lines that hold the fixes: a version counts when it is at least the entry of its own line, or newer than all. */
  readonly versions: readonly string[];
  readonly holes: string;
}

const floors: Readonly<Record<string, readonly Floor[]>> = {
  runc: [
    {
      versions: ['1.2.8', '1.3.3', '1.4.0'],
      holes: 'CVE-2025-31133, CVE-2025-52565, CVE-2025-52881 (masked paths, /dev/console, procfs writes)',
    },
    { versions: ['1.3.6', '1.4.3'], holes: 'CVE-2026-41579 (image that brings /dev as a link)' },
  ],
  crun: [
    { versions: ['1.27'], holes: 'CVE-2026-30892 (user of exec)' },
    { versions: ['1.30'], holes: 'CVE-2026-88264, CVE-2026-88265 (/dev/console, /dev/null as links)' },
    { versions: ['1.31'], holes: 'CVE-2026-115521 (read-only remount through /proc/self/fd)' },
  ],
};

const parts = (version: string): number[] =>
  (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);

export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const line = (version: string): string => parts(version).slice(0, 2).join('.');

function holds(version: string, { versions }: Floor): boolean {
  const newest = versions.at(-1) ?? '0';
  if (compareVersions(version, newest) >= 0) return true;
  return versions.some((floor) => line(floor) === line(version) && compareVersions(version, floor) >= 0);
}

/** One sentence for each floor that a version is below. @param packaged version of the distribution's package, '' if unknown */
export function floorWarnings(kind: string, version: string, packaged: string): string[] {
  const shown = packaged === '' ? version : `${version} (package ${packaged}, which may hold the fix)`;
  return (floors[kind] ?? [])
    .filter((floor) => !holds(version, floor))
    .map(({ versions, holes }) => `${kind} ${shown} is older than ${versions.join(' / ')}: ${holes}`);
}
