/** The time of day to the nanosecond: Node only tells milliseconds of it, but nanoseconds of a clock without a date. */

/** How far the two may differ before the date is looked up anew: Node's milliseconds are rounded down. */
const TOLERANCE = 2_000_000n;

let day = 0n;
let steady = 0n;

/** Unix nanoseconds. Follows the system's clock when that is set. */
export function unixNanoseconds(): bigint {
  const wall = BigInt(Date.now()) * 1_000_000n;
  const now = process.hrtime.bigint();
  const exact = day + (now - steady);
  if (exact >= wall && exact < wall + TOLERANCE) return exact;
  day = wall;
  steady = now;
  return wall;
}
