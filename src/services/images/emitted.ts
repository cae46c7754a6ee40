/**
 * Turns work that calls back into a sequence. Items wait for the reader; the work goes on meanwhile. A reader that
 * leaves early aborts the work and waits until it has cleaned up.
 */
export async function* emitted<T>(
  work: (emit: (item: T) => void, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const items: T[] = [];
  const leave = new AbortController();
  let wake = (): void => {};
  let over = false;
  const stop = signal === undefined ? leave.signal : AbortSignal.any([signal, leave.signal]);
  const done = work((item) => {
    items.push(item);
    wake();
  }, stop).finally(() => {
    over = true;
    wake();
  });
  // The failure is thrown below, when all items have been taken.
  done.catch(() => {});
  try {
    for (;;) {
      const item = items.shift();
      if (item !== undefined) {
        yield item;
      } else if (over) {
        await done;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    leave.abort();
    await done.catch(() => {});
  }
}
