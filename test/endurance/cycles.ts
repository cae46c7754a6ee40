/** Containers that come and go, and what the engine holds meanwhile. */
import { readdir } from 'node:fs/promises';
import { engineMemory } from '../../bench/timed.ts';
import type { Engine } from '../harness/engine/contract.ts';

export interface Sample {
  readonly cycle: number;
  /** PSS of daemon and keeper, MB of 10^6 bytes. */
  readonly memory: number;
  /** Open in daemon and keeper. */
  readonly descriptors: number;
  /** Files and folders below the data root and the exec root. */
  readonly files: number;
}

async function must(engine: Engine, method: string, path: string, body?: unknown): Promise<void> {
  const { status, text } = await engine.api(method, path, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
}

async function counted(path: string): Promise<number> {
  return (await readdir(path, { recursive: true }).catch(() => [])).length;
}

async function sample(engine: Engine, cycle: number): Promise<Sample> {
  const pids = await engine.processes();
  const open = await Promise.all(pids.map((pid) => readdir(`/proc/${pid}/fd`).catch(() => [])));
  const files = await Promise.all([engine.dataRoot, engine.execRoot].map(counted));
  return {
    cycle,
    memory: await engineMemory(engine),
    descriptors: open.reduce((sum, list) => sum + list.length, 0),
    files: files.reduce((sum, count) => sum + count, 0),
  };
}

/**
 * Creates, starts, waits for and removes `count` containers, one after the other, on the bridge, with a line of output
 * each; a sample at the start and every `every` cycles.
 */
export async function cycles(
  engine: Engine,
  { count, every, onSample }: { count: number; every: number; onSample?: (sample: Sample) => void },
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const look = async (cycle: number) => {
    const seen = await sample(engine, cycle);
    samples.push(seen);
    onSample?.(seen);
  };
  await look(0);
  for (let cycle = 1; cycle <= count; cycle++) {
    await must(engine, 'POST', '/containers/create?name=cycle', { Image: 'busybox', Cmd: ['echo', 'out'] });
    await must(engine, 'POST', '/containers/cycle/start');
    await must(engine, 'POST', '/containers/cycle/wait');
    await must(engine, 'DELETE', '/containers/cycle');
    if (cycle % every === 0) await look(cycle);
  }
  return samples;
}
