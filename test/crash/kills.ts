/**
 * Ways to die: the daemon, the keeper, both at once, OCI runtimes in the middle of their work, the program that passes
 * TCP on (SIGKILL); or the daemon is told to end in the middle of everything (`term`).
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../harness/engine/contract.ts';
import { argvOf, kill, pids } from '../harness/processes.ts';

export async function keeperPid(engine: Engine): Promise<number | undefined> {
  for (const pid of await engine.processes())
    if ((await argvOf(pid)).some((word) => word.includes('keeper.mjs'))) return pid;
  return undefined;
}

export const killKeeper = async (engine: Engine): Promise<void> => kill(await keeperPid(engine));

/** Kills every process of that program whose command line names this engine. Answers how many. */
async function killAll(engine: Engine, program: RegExp): Promise<number> {
  let killed = 0;
  for (const pid of await pids()) {
    const [name = '', ...words] = await argvOf(pid);
    if (!program.test(name) || !words.some((word) => word.includes(engine.execRoot))) continue;
    kill(pid);
    killed += 1;
  }
  return killed;
}

/** Kills every crun or runc that works for this engine, for so many milliseconds. Answers how many. */
export async function killRuntimes(engine: Engine, milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds;
  let killed = 0;
  while (performance.now() < end) {
    killed += await killAll(engine, /\/(crun|runc)$/);
    await pause(1);
  }
  return killed;
}

/** Kills the program that passes TCP on, if it is there. */
export const killProxy = (engine: Engine): Promise<number> => killAll(engine, /^minke-proxy$/);
