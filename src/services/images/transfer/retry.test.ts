import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PassingFailure } from '../../../drivers/remote/contract.ts';
import { internal } from '../../../errors/minke-error.ts';
import { delayAfter, type RetryRules, whenAsked } from './retry.ts';

/** Fails in that order, then succeeds. */
function failing(...failures: Error[]): { readonly work: () => Promise<string>; tries: number } {
  const one = {
    tries: 0,
    work: async () => {
      const failure = failures[one.tries++];
      if (failure !== undefined) throw failure;
      return 'done';
    },
  };
  return one;
}

function rules(): {
  readonly rules: RetryRules;
  readonly waited: () => number;
  readonly stop: AbortController;
} {
  let waited = 0;
  const stop = new AbortController();
  const wait = async (milliseconds: number): Promise<void> => {
    waited += milliseconds;
  };
  return { rules: { attempts: 3, wait, signal: stop.signal }, waited: () => waited, stop };
}

const busy = (after: number | null) => new PassingFailure('busy', { after });

test('what a registry asks to wait is waited, and told', async () => {
  const { rules: how, waited } = rules();
  const said: string[] = [];
  const { work } = failing(busy(2000), busy(0));
  assert.equal(await whenAsked(work, how, { say: (status) => said.push(status) }), 'done');
  assert.equal(waited(), 3000);
  assert.deepEqual(said, ['Retrying in 2 seconds', 'Retrying in 1 second', 'Retrying in 1 second']);
});

test('what asks for nothing, for too much, too often, or is final, fails', async () => {
  for (const failures of [[busy(null)], [busy(121_000)], [internal('no')]]) {
    const one = failing(...failures);
    await assert.rejects(whenAsked(one.work, rules().rules, { say: () => {} }), failures[0]);
    assert.equal(one.tries, 1);
  }
  const often = failing(busy(1), busy(1), busy(1));
  await assert.rejects(whenAsked(often.work, rules().rules, { say: () => {} }), { message: 'busy' });
  assert.equal(often.tries, 3);
});

test('a cancel ends the waiting', async () => {
  const { rules: how, stop } = rules();
  const reason = new Error('cancelled');
  const { work } = failing(busy(1000));
  const say = (): void => stop.abort(reason);
  const wait = async (_: number, signal: AbortSignal): Promise<void> => signal.throwIfAborted();
  await assert.rejects(whenAsked(work, { ...how, wait }, { say }), reason);
});

test('delays grow, and are at least what is asked for', () => {
  assert.deepEqual(
    [1, 2, 3].map((failures) => delayAfter(failures, 3, null)),
    [5, 10, null],
  );
  assert.equal(delayAfter(1, 3, 7000), 7);
  assert.equal(delayAfter(1, 3, 121_000), null);
});
