import { isKind } from '../../../errors/minke-error.ts';
import type { ContainerStatsResponse } from '../../../wire/generated/engine-api.ts';
import { emptyStats, type Identity, type Sample, shapeStats } from './shape.ts';

export interface StatsSource {
  identity(): Identity;
  /** Null while the container does not run. Throws `not-found` once it is removed. */
  sample(): Promise<Sample | null>;
  /** Resolves after so many milliseconds, rejects when the signal aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const interval = 1000;

/**
 * - `oneShot`: one answer at once, nothing to compare with.
 * - neither: one answer after a second, with the sample before it.
 * - `stream`: an answer a second until the container is removed or the client goes; zeros while it does not run.
 */
export async function* followStats(
  source: StatsSource,
  { stream, oneShot }: { stream: boolean; oneShot: boolean },
  signal: AbortSignal,
): AsyncGenerator<ContainerStatsResponse> {
  let before: Sample | null = null;
  const answer = (sample: Sample | null): ContainerStatsResponse => {
    const shaped =
      sample === null ? emptyStats(source.identity()) : shapeStats(source.identity(), sample, before);
    before = sample;
    return shaped;
  };
  try {
    let sample = await source.sample();
    if (!stream && !oneShot && sample !== null) {
      answer(sample);
      await source.wait(interval, signal);
      sample = await source.sample();
    }
    yield answer(sample);
    while (stream) {
      await source.wait(interval, signal);
      yield answer(await source.sample());
    }
  } catch (error) {
    if (signal.aborted || isKind(error, 'not-found')) return;
    throw error;
  }
}
