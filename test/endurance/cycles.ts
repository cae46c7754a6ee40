/** Containers that come and go, and what the engine holds meanwhile. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { engineMemory } from '../../bench/timed.ts';
import { keeperPid } from '../crash/kills.ts';
import type { Engine } from '../harness/engine/contract.ts';
import { granted } from '../harness/engine/requests.ts';
import { entriesBelow } from '../harness/files-below.ts';

export interface Sample {
  readonly cycle: number;
  /** PSS of daemon and keeper, MB of 10^6 bytes. */
  readonly memory: number;
  /** Of that what is no file's: heaps, malloc's and stacks. MB; other programs have no share in it. */
  readonly anonymous: number;
  /** Open in daemon and keeper. */
  readonly descriptors: number;
  /** Files and folders below the data root and the exec root. */
  readonly files: number;
  /** In use on the heaps of daemon and keeper after a collection, MB of 10^6 bytes; where that was asked for. */
  readonly daemonObjects?: number;
  readonly daemonCode?: number;
  readonly keeperObjects?: number;
  readonly keeperCode?: number;
}

type Heaps = Pick<Sample, 'daemonObjects' | 'daemonCode' | 'keeperObjects' | 'keeperCode'>;

const probe = join(import.meta.dirname, 'heap-probe.ts');

/** Collects their garbage; what is still in use is needed, or it leaks. */
async function heaps(engine: Engine): Promise<Heaps> {
  const pids = [engine.pid, (await keeperPid(engine)) ?? 0].map(String);
  const { code, stdout, stderr } = await engine.inside([process.execPath, probe, ...pids]);
  const figures = stdout
    .trim()
    .split(/\s+/)
    .map((bytes) => Number(bytes) / 1e6);
  const [daemonObjects, daemonCode, keeperObjects, keeperCode] = figures;
  if (code !== 0 || figures.length !== 4) throw new Error(`heaps: ${stdout}${stderr}`);
  return { daemonObjects, daemonCode, keeperObjects, keeperCode };
}

const counted = async (path: string): Promise<number> => (await entriesBelow(path)).length;

/** MB of a process that belong to no file: proc_pid_smaps_rollup(5). */
async function anonymous(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return (Number(/^Pss_Anon:\s+(\d+)/m.exec(text)?.[1]) * 1024) / 1e6;
}

async function sample(engine: Engine, cycle: number, heap: boolean): Promise<Sample> {
  // Not of every process there is: a shim or a runtime may be on its way out.
  const pids = [engine.pid, await keeperPid(engine)].filter((pid) => pid !== undefined);
  const open = await Promise.all(pids.map((pid) => readdir(`/proc/${pid}/fd`)));
  const files = await Promise.all([engine.dataRoot, engine.execRoot].map(counted));
  return {
    cycle,
    memory: await engineMemory(engine),
    anonymous: (await Promise.all(pids.map(anonymous))).reduce((sum, part) => sum + part, 0),
    descriptors: open.reduce((sum, list) => sum + list.length, 0),
    files: files.reduce((sum, count) => sum + count, 0),
    ...(heap ? await heaps(engine) : {}),
  };
}

/**
 * Creates, starts, waits for and removes `count` containers, one after the other, on the bridge, with a line of output
 * each; a sample at the start and every `every` cycles, with `heap` also of the heaps.
 */
export async function cycles(
  engine: Engine,
  {
    count,
    every,
    heap = false,
    onSample,
  }: { count: number; every: number; heap?: boolean; onSample?: (sample: Sample) => void },
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const look = async (cycle: number) => {
    const seen = await sample(engine, cycle, heap);
    samples.push(seen);
    onSample?.(seen);
  };
  await look(0);
  for (let cycle = 1; cycle <= count; cycle++) {
    await granted(engine, 'POST', '/containers/create?name=cycle', {
      Image: 'busybox',
      Cmd: ['echo', 'out'],
    });
    await granted(engine, 'POST', '/containers/cycle/start');
    await granted(engine, 'POST', '/containers/cycle/wait');
    await granted(engine, 'DELETE', '/containers/cycle');
    if (cycle % every === 0) await look(cycle);
  }
  return samples;
}
