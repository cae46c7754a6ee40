/**
 * Measures cases on engines in turn: A B A B …, so that a machine that slows down slows both. Before each sample that is
 * cheap to take, the same engine plays it once unmeasured: what the other one still has to clear away after its answer
 * (namespaces, cgroups, events) is over then, and each pays for its own leftovers.
 */
import type { Engine, EngineName } from '../test/harness/engine/contract.ts';
import { startEngine } from '../test/harness/engine/start.ts';
import { loadBusybox } from '../test/harness/images/busybox.ts';
import type { BenchGroup, BenchResult } from './contract.ts';
import { layBenchGround } from './ground.ts';

export interface BenchOptions {
  readonly engines: readonly EngineName[];
  /** Path of the docker client that drives all of them. */
  readonly client: string;
  readonly groups: readonly BenchGroup[];
  /** Only cases whose name has one of these in it; empty: all. */
  readonly only: readonly string[];
  /** Few samples, for a look. */
  readonly quick: boolean;
  readonly onResult: (result: BenchResult) => void;
}

const SAMPLES = 15;

/** Two engines of one name get a number behind it. */
const label = (name: string, at: number, all: readonly string[]): string =>
  all.indexOf(name) === at ? name : `${name} (${at + 1})`;

export async function bench(options: BenchOptions): Promise<BenchResult[]> {
  const ground = await layBenchGround();
  try {
    return await benchOn(ground.path, options);
  } finally {
    await ground.clear();
  }
}

async function benchOn(journaled: string, options: BenchOptions): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const group of options.groups) {
    const cases = group.cases.filter(
      ({ name }) => options.only.length === 0 || options.only.some((word) => name.includes(word)),
    );
    if (cases.length === 0) continue;
    const engines: { name: string; engine: Engine }[] = [];
    try {
      for (const [at, name] of options.engines.entries()) {
        const engine = await startEngine(name, {
          ...group.engine,
          client: options.client,
          ...(group.journaled === true && { below: journaled }),
          execRootInMemory: true,
        });
        engines.push({ name: label(name, at, options.engines), engine });
        await loadBusybox(engine);
      }
      for (const one of cases) {
        const samples: Record<string, number[]> = {};
        const cheap = one.samples === undefined;
        const count = Math.min(one.samples ?? SAMPLES, options.quick ? 3 : Number.POSITIVE_INFINITY);
        for (const { engine } of engines) await one.prepare?.(engine);
        for (let round = 0; round < count; round++) {
          for (const { name, engine } of engines) {
            if (cheap) await one.sample(engine);
            samples[name] ??= [];
            samples[name].push(await one.sample(engine));
          }
        }
        for (const { engine } of engines) await one.clear?.(engine);
        const result = { name: one.name, clients: one.clients ?? 1, unit: one.unit, samples };
        results.push(result);
        options.onResult(result);
      }
    } finally {
      // One that can't be stopped leaves the others to be stopped all the same.
      for (const { engine } of engines) await engine.stop().catch(console.error);
    }
  }
  return results;
}
