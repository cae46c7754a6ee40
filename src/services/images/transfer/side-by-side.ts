/** What the work on one thing gets to know. */
export interface BesideOthers {
  /** Fires also when the work on another one failed. */
  readonly signal: AbortSignal;
  /** The work on the one before, where there is one. */
  readonly after: Promise<void> | undefined;
}

/**
 * Works on all at once; each may wait for the one before it. The first failure ends the others and is thrown once all
 * are over.
 */
export async function sideBySide<T>(
  things: readonly T[],
  signal: AbortSignal,
  work: (thing: T, beside: BesideOthers) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const failures: unknown[] = [];
  let after: Promise<void> | undefined;
  const all: Promise<void>[] = [];
  for (const thing of things) {
    const one = work(thing, { signal: either, after });
    all.push(
      one.catch((error: unknown) => {
        failures.push(error);
        stop.abort();
      }),
    );
    after = one;
  }
  await Promise.all(all);
  if (failures.length > 0) throw failures[0];
}
