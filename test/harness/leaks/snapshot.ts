/**
 * What an engine could leave behind on a host, as a list of named things a kind. A test takes one before and one
 * after and asks `leaked` for the difference.
 */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cgroupsBelow } from '../cgroups.ts';
import { command } from '../command.ts';
import { pathsBelow } from '../files-below.ts';
import { argvOf, pids } from '../processes.ts';
import { until } from '../until.ts';

export const KINDS = ['mounts', 'namespaces', 'links', 'rules', 'cgroups', 'processes', 'files'] as const;
export type Kind = (typeof KINDS)[number];
/** A kind's things as lines; two equal lines are two things. */
export type Snapshot = Readonly<Record<Kind, readonly string[]>>;

export interface Watched {
  /** `ip netns` name of the namespace whose links and rules count; absent: the caller's own. */
  readonly netns?: string;
  /** Only mounts, processes (by command line) and namespaces that contain one of these count; absent: all of them. */
  readonly naming?: readonly string[];
  /** Cgroup path below each hierarchy; absent: all of them. */
  readonly cgroup?: string;
  /** Folders whose files are listed, by path. */
  readonly folders?: readonly string[];
}

/**
 * The snapshot with names of the moment (ids, veth names, pids) folded, so that what an engine keeps ready and renews,
 * such as namespaces made ahead, counts by its number.
 */
export function folded(taken: Snapshot): Snapshot {
  const fold = (list: readonly string[]) =>
    list.map((line) =>
      line.replace(/\b[0-9a-f]{12,64}\b/g, '<id>').replace(/\bveth[0-9a-f]+\b/g, 'veth<id>'),
    );
  return {
    mounts: fold(taken.mounts),
    namespaces: fold(taken.namespaces),
    links: fold(taken.links),
    rules: fold(taken.rules),
    cgroups: fold(taken.cgroups),
    processes: fold(taken.processes.map((line) => line.replace(/^\d+ /, ''))),
    files: fold(taken.files),
  };
}

/** A folded snapshot of a host that has come to rest: the same twice in a row. */
export async function atRest(watched: Watched = {}): Promise<Snapshot> {
  let last = '';
  return until(
    'the host to come to rest',
    async () => {
      const now = folded(await snapshot(watched));
      const text = JSON.stringify(now);
      const same = text === last;
      last = text;
      return same ? now : undefined;
    },
    { limit: 180_000, every: 300 },
  );
}

export async function snapshot(watched: Watched = {}): Promise<Snapshot> {
  const concerns = (line: string) => watched.naming?.some((word) => line.includes(word)) ?? true;
  const [mountLines, named, linkLines, ruleLines, groups, processLines, files] = await Promise.all([
    mounts(),
    readdir('/run/netns').catch(() => []),
    links(watched.netns),
    rules(watched.netns),
    cgroupsBelow(watched.cgroup ?? '/'),
    processes(),
    Promise.all((watched.folders ?? []).map(pathsBelow)),
  ]);
  return {
    mounts: mountLines.filter(concerns),
    namespaces: named.filter(concerns),
    links: linkLines,
    rules: ruleLines,
    cgroups: groups.sort(),
    processes: processLines.filter(concerns),
    files: files.flat(),
  };
}

/** `<filesystem type> <mount point>` of this process's mount namespace. */
async function mounts(): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      return `${after.split(' ')[0]} ${before.split(' ')[4]}`;
    });
}

async function links(netns?: string): Promise<string[]> {
  const { stdout } = await command(['ip', ...(netns ? ['-n', netns] : []), '-br', '-o', 'link']);
  return lines(stdout).map((line) => line.split(/[\s@]/)[0] ?? '');
}

/** Rules of every iptables table, both families, without counters; and nftables' own tables that are not iptables'. */
async function rules(netns?: string): Promise<string[]> {
  const enter = netns ? ['nsenter', `--net=/run/netns/${netns}`] : [];
  const family = async (program: string) => {
    const answer = await command([...enter, program, '-w', '5']).catch(() => undefined);
    return lines(answer?.stdout ?? '')
      .filter((line) => !line.startsWith('#') && line !== 'COMMIT')
      .map((line) => `${program.replace('-save', '')} ${line.replace(/\[\d+:\d+\]/, '').trim()}`);
  };
  const saved = (await Promise.all(['iptables-save', 'ip6tables-save'].map(family))).flat();
  const nft = await command([...enter, 'nft', 'list', 'tables']).catch(() => undefined);
  return [...saved, ...lines(nft?.stdout ?? '').map((line) => `nft ${line}`)];
}

/** `<pid> <command line>`: kernel threads have none and are left out. */
async function processes(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await pids()) {
    const argv = await argvOf(pid);
    if (argv.length > 0) found.push(`${pid} ${argv.join(' ').trim()}`);
  }
  return found;
}

/** Descriptors of a process: `<number> <what it is>`, for tests that look for ones left open. One that is gone has none. */
export async function descriptors(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const numbers = await readdir(folder).catch(() => []);
  const targets = await Promise.all(
    numbers.map(async (number) => {
      const target = await readlink(join(folder, number)).catch(() => undefined);
      return target === undefined ? undefined : `${number} ${target}`;
    }),
  );
  return targets.filter((line) => line !== undefined);
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');
