/** A part of the data root's file system that is in use, or bytes of all layers together. */
export type Mark =
  | { readonly unit: 'percent'; readonly value: number }
  | { readonly unit: 'bytes'; readonly value: number };

/** When images that nobody uses go by themselves. Both marks have one unit, and `low` is below `high`. */
export interface GcRules {
  /** Above it collecting begins … */
  readonly high: Mark;
  /** … and goes on until no more than this is used. */
  readonly low: Mark;
  /** What was pulled, made, named or used within so many milliseconds stays. */
  readonly minAge: number;
}

const showMark = ({ unit, value }: Mark): string => `${value}${unit === 'percent' ? '%' : 'b'}`;

/** As the daemon's flag reads it. */
export const showGcRules = ({ high, low, minAge }: GcRules): string =>
  `high=${showMark(high)},low=${showMark(low)},min-age=${minAge / 1000}s`;
