/**
 * Ways to die: the daemon, the keeper, both at once, OCI runtimes in the middle of their work, the program that passes
 * TCP on (SIGKILL); or the daemon is told to end in the middle of everything (`term`).
 */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../harness/engine/contract.ts';

const commandLine = (pid: number | string): Promise<string> =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');

export async function keeperPid(engine: Engine): Promise<number | undefined> {
  for (const pid of await engine.processes()) {
    if ((await commandLine(pid)).includes('keeper.mjs')) return pid;
  }
  return undefined;
}

export function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}

/** Kills every process whose command line is such a one and names this engine. Answers how many. */
async function killAll(engine: Engine, pattern: RegExp): Promise<number> {
  let killed = 0;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const line = await commandLine(entry);
    if (!pattern.test(line) || !line.includes(engine.execRoot)) continue;
    kill(Number(entry));
    killed += 1;
  }
  return killed;
}

/** Kills every crun or runc that works for this engine, for so many milliseconds. Answers how many. */
export async function killRuntimes(engine: Engine, milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds;
  let killed = 0;
  while (performance.now() < end) {
    killed += await killAll(engine, /^[^\0]*\/(crun|runc)\0/);
    await pause(1);
  }
  return killed;
}

/** Kills the program that passes TCP on, if it is there. */
export const killProxy = (engine: Engine): Promise<number> => killAll(engine, /^minke-proxy\0/);
