import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideRestart, type Ending, startsWithDaemon } from './decide.ts';

const ended: Ending = { exitCode: 1, ranFor: 50, stoppedByHand: false, restarts: 0, lastWait: 0 };

test('which policy starts again after which end', () => {
  const rows: [string, Partial<Ending>, number, boolean][] = [
    ['no', {}, 0, false],
    ['', {}, 0, false],
    ['always', { exitCode: 0 }, 0, true],
    ['always', { stoppedByHand: true }, 0, false],
    ['unless-stopped', { exitCode: 0 }, 0, true],
    ['unless-stopped', { stoppedByHand: true }, 0, false],
    ['on-failure', { exitCode: 0 }, 0, false],
    ['on-failure', {}, 0, true],
    ['on-failure', { restarts: 2 }, 3, true],
    ['on-failure', { restarts: 3 }, 3, false],
  ];
  for (const [Name, more, MaximumRetryCount, restart] of rows) {
    assert.equal(
      decideRestart({ Name, MaximumRetryCount }, { ...ended, ...more }).restart,
      restart,
      `${Name} ${JSON.stringify(more)}`,
    );
  }
});

test('the wait doubles to a minute, and begins anew after a run of ten seconds', () => {
  const waits: number[] = [];
  for (let lastWait = 0; waits.length < 12; ) {
    const decision = decideRestart({ Name: 'always' }, { ...ended, lastWait });
    lastWait = decision.restart ? decision.wait : 0;
    waits.push(lastWait);
  }
  assert.deepEqual(waits, [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000]);
  assert.deepEqual(decideRestart({ Name: 'always' }, { ...ended, lastWait: 60000, ranFor: 10_000 }), {
    restart: true,
    wait: 100,
  });
});

test('what comes up with the daemon', () => {
  const stopped = { stoppedByHand: true, ranAtShutdown: false, exitCode: 0 };
  const running = { stoppedByHand: false, ranAtShutdown: true, exitCode: 137 };
  assert.equal(startsWithDaemon({ Name: 'always' }, stopped), true);
  assert.equal(startsWithDaemon({ Name: 'unless-stopped' }, stopped), false);
  assert.equal(startsWithDaemon({ Name: 'unless-stopped' }, running), true);
  assert.equal(startsWithDaemon({ Name: 'on-failure' }, running), true);
  assert.equal(startsWithDaemon({ Name: 'no' }, running), false);
});
