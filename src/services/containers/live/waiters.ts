/** Clients that wait for a container to end or to be removed. */
export interface WaitResult {
  readonly StatusCode: number;
  readonly Error?: { readonly Message: string };
}

export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

type Waiter = (result: WaitResult) => void;

export class Waiters {
  readonly #ends = new Set<Waiter>();
  readonly #removals = new Set<Waiter>();

  /** Resolves at the next end (or removal), rejects with the signal's reason when that comes first. */
  wait(condition: 'end' | 'removal', signal: AbortSignal): Promise<WaitResult> {
    const { promise, resolve, reject } = Promise.withResolvers<WaitResult>();
    const waiters = condition === 'end' ? this.#ends : this.#removals;
    const aborted = () => reject(signal.reason);
    if (signal.aborted) aborted();
    else {
      waiters.add(resolve);
      signal.addEventListener('abort', aborted, { once: true });
    }
    return promise.finally(() => {
      waiters.delete(resolve);
      signal.removeEventListener('abort', aborted);
    });
  }

  ended(result: WaitResult): void {
    wake(this.#ends, result);
  }

  /** Who waits for an end hears of the removal, too: a container that never ran will not end. */
  removed(result: WaitResult): void {
    wake(this.#ends, result);
    wake(this.#removals, result);
  }

  removalFailed(result: WaitResult): void {
    wake(this.#removals, result);
  }
}

function wake(waiters: Set<Waiter>, result: WaitResult): void {
  const all = [...waiters];
  waiters.clear();
  for (const waiter of all) waiter(result);
}
