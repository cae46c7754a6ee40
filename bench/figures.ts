/** Figures of a set of samples. */

export interface Figures {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The value below which the part `part` (0…1) of the samples lies. */
export function quantile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export const figures = (samples: readonly number[]): Figures => ({
  median: quantile(samples, 0.5),
  least: Math.min(...samples),
  most: Math.max(...samples),
});
