/**
 * The ground that an engine under test stands on: a folder, a network namespace, a cgroup path. `clear` takes all of
 * it away whatever state the engine left it in, and says what it found.
 */
import { readFile, readlink, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { cgroupsBelow } from '../cgroups.ts';
import { must } from '../command.ts';
import { abandoned, makeOwned } from '../owned.ts';
import { argvOf, kill, pids } from '../processes.ts';
import { until } from '../until.ts';

export interface Ground {
  readonly root: string;
  readonly netns: string;
  /** `/name`: below each hierarchy of the host. */
  readonly cgroupParent: string;
  /** Pids of processes that belong to an engine on this ground, containers' processes left out. */
  daemons(): Promise<number[]>;
  /** Pids of the processes in its containers. */
  contained(): Promise<number[]>;
  clear(): Promise<string[]>;
}

/** Names of grounds begin with it. */
const PREFIX = 'me-';
const absent =
  <T>(fallback: T) =>
  (): T =>
    fallback;

export async function layGround(below = tmpdir()): Promise<Ground> {
  await clearAbandoned(below);
  const root = await makeOwned(below, PREFIX);
  const netns = basename(root);
  try {
    await must(['ip', 'netns', 'add', netns]);
    await must(['ip', '-n', netns, 'link', 'set', 'lo', 'up']);
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
  return groundAt(root);
}

/** Clears what tests that were killed left behind. Another test may be at the same one. */
export async function clearAbandoned(below: string): Promise<void> {
  for (const root of await abandoned(below, PREFIX))
    await (await groundAt(root)).clear().catch((error: unknown) => console.error(`${root}: ${error}`));
}

async function groundAt(root: string): Promise<Ground> {
  const netns = basename(root);
  const cgroupParent = `/${netns}`;
  const inner = new Set(await namespaceOf(`/run/netns/${netns}`).then((one) => [one], absent<string[]>([])));

  const contained = async () => {
    const groups = await cgroupsBelow(cgroupParent);
    const lists = await Promise.all(groups.map((group) => pidsIn(group)));
    return [...new Set(lists.flat())];
  };
  const daemons = async () => {
    // Containers on the host's network share the namespace.
    const inside = new Set([process.pid, ...(await contained())]);
    return (await processes(root, inner)).filter((pid) => !inside.has(pid));
  };

  const clear = async (): Promise<string[]> => {
    const forced: string[] = [];
    await until('the processes of an engine to go after SIGKILL', async () => {
      const left = [...(await contained()), ...(await daemons())];
      for (const pid of left) {
        const line = `process ${pid}: ${(await argvOf(pid)).join(' ')}`;
        if (!forced.some((entry) => entry.startsWith(`process ${pid}:`))) forced.push(line);
        kill(pid);
      }
      return left.length === 0;
    });
    for (const point of (await mountsBelow(root)).reverse()) {
      forced.push(`mount ${point}`);
      await must(['umount', '--lazy', point]).catch(absent(''));
    }
    await must(['ip', 'netns', 'delete', netns]).catch((error: unknown) => forced.push(String(error)));
    // A cgroup stays busy for a moment after its last process has gone.
    await until('the cgroups of an engine to go', async () => {
      for (const group of await cgroupsBelow(cgroupParent)) await rmdir(group).catch(absent(undefined));
      return (await cgroupsBelow(cgroupParent)).length === 0;
    });
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
    return forced;
  };
  return { root, netns, cgroupParent, daemons, contained, clear };
}

async function namespaceOf(path: string): Promise<string> {
  const inode = (await must(['stat', '--format', '%i', '-L', path])).trim();
  return `net:[${inode}]`;
}

/** Processes whose command line names the folder, or which stand in one of the network namespaces. */
async function processes(root: string, namespaces: ReadonlySet<string>): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await pids()) {
    const argv = await argvOf(pid);
    const namespace = await readlink(`/proc/${pid}/ns/net`).catch(absent(''));
    if (argv.some((word) => word.includes(root)) || namespaces.has(namespace)) found.push(pid);
  }
  return found;
}

async function pidsIn(group: string): Promise<number[]> {
  const text = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(absent(''));
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

/** Mount points below a folder in the order in which they were mounted. */
async function mountsBelow(root: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${root}/`));
}
