/** Runs the cases on two engines side by side and holds what they answer against each other. */
import type { Engine, EngineName } from '../harness/engine/contract.ts';
import { startEngine } from '../harness/engine/start.ts';
import { loadBusybox } from '../harness/images/busybox.ts';
import { type Comparison, compare } from './compare.ts';
import type { Case, Transcript } from './contract.ts';
import { differences } from './differences.ts';
import type { Known } from './normalise.ts';
import { play, type Stage } from './play.ts';

export interface ParityOptions {
  readonly peer: EngineName;
  readonly subject: EngineName;
  /** Path of the docker client that drives both. */
  readonly client: string;
  readonly cases: readonly Case[];
  /** Told about each case as soon as it was compared. */
  readonly onResult: (
    comparison: Comparison,
    transcripts: readonly [Transcript, Transcript],
    /** How long it took in ms, and what was different in earlier plays of it, in words. */
    took: { readonly ms: number; readonly earlier: readonly string[] },
  ) => void;
}

/** One pair of engines after the other, as there are different flags. */
export async function runParity(options: ParityOptions): Promise<Comparison[]> {
  const byFlags = Map.groupBy(options.cases, ({ daemon = [] }) => JSON.stringify(daemon));
  const results: Comparison[] = [];
  for (const cases of byFlags.values()) results.push(...(await runAlike({ ...options, cases })));
  return results;
}

/** Cases whose daemons have the same flags. */
async function runAlike(options: ParityOptions): Promise<Comparison[]> {
  const flags = options.cases[0]?.daemon ?? [];
  const engines: Engine[] = [];
  try {
    for (const name of [options.peer, options.subject]) {
      const engine = await startEngine(name, { flags });
      engines.push(engine);
      await loadBusybox(engine);
    }
    const [peer, subject] = await Promise.all(engines.map((engine) => stageFor(engine, options.client)));
    if (peer === undefined || subject === undefined) throw new Error('two engines are needed');
    const results: Comparison[] = [];
    for (const one of options.cases) {
      const began = performance.now();
      const { comparison, transcripts, earlier } = await settled(peer, subject, one);
      results.push(comparison);
      options.onResult(comparison, transcripts, { ms: performance.now() - began, earlier });
    }
    return results;
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()));
  }
}

/**
 * Docker itself does not always answer alike (the order of a Go map, a step of progress that another one overtakes), so
 * a case that differs is played again: a difference between the engines is there each time.
 */
const TRIES = 3;

async function settled(
  peer: Stage,
  subject: Stage,
  one: Case,
): Promise<{ comparison: Comparison; transcripts: [Transcript, Transcript]; earlier: string[] }> {
  const earlier: string[] = [];
  for (;;) {
    const transcripts = await Promise.all([play(peer, one), play(subject, one)]);
    const comparison = compare(...transcripts, differences);
    if (comparison.verdict !== 'differs' || earlier.length === TRIES - 1)
      return { comparison, transcripts, earlier };
    earlier.push(comparison.diff);
  }
}

async function stageFor(engine: Engine, client: string): Promise<Stage> {
  const { json } = await engine.api('GET', '/images/busybox/json');
  const id = (json as { Id?: string } | undefined)?.Id?.replace('sha256:', '') ?? '';
  const known: Known = [
    [id, '<busybox>'],
    [id.slice(0, 12), '<busybox, short>'],
  ];
  return { engine, client, known };
}
