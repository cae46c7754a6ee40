/** Waits for a state, with a limit: for tests that would otherwise sleep for luck. */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks `probe` every `every` ms until it answers something other than undefined or false; throws, naming `what`,
 * after `limit` ms. An error thrown by `probe` ends the wait at once.
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { limit = 120_000, every = 20 }: { limit?: number; every?: number } = {},
): Promise<T> {
  const end = performance.now() + limit;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`waited ${limit} ms in vain: ${what}`);
    await pause(every);
  }
}
