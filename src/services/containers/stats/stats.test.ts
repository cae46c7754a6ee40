import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notFound } from '../../../errors/minke-error.ts';
import type { ContainerStatsResponse } from '../../../wire/generated/engine-api.ts';
import { followStats, type StatsSource } from './follow.ts';
import { emptyStats, type Sample, shapeStats } from './shape.ts';

const identity = { id: 'c'.repeat(64), name: 'web' };
const sampleAt = (tick: number): Sample => ({
  read: `2026-01-01T00:00:0${tick}Z`,
  counters: {
    cpu: {
      total: tick * 100,
      kernel: 1,
      user: 2,
      perCpu: [3, 4],
      periods: 5,
      throttledPeriods: 6,
      throttledTime: 7,
    },
    memory: { usage: 10, maxUsage: 20, failcnt: 0, limit: 9e18, rows: { cache: 1 } },
    pids: { current: 2, limit: null },
    blkio: { serviceBytes: [{ major: 8, minor: 0, op: 'read', value: 4096 }], serviced: [] },
  },
  hostCpu: tick * 1000,
  onlineCpus: 2,
  hostMemory: 1 << 30,
  networks: null,
});

/** Answers what the list holds, one a call; then the container is removed. */
function sourceOf(samples: readonly (Sample | null)[]): StatsSource & { waits: number } {
  const rest = [...samples];
  return {
    waits: 0,
    identity: () => identity,
    sample: async () => {
      const next = rest.shift();
      if (next === undefined) throw notFound('No such container: web');
      return next;
    },
    async wait(_, signal) {
      this.waits += 1;
      signal.throwIfAborted();
    },
  };
}

async function collect(
  source: StatsSource,
  options: { stream: boolean; oneShot: boolean },
  signal = new AbortController().signal,
) {
  const all: ContainerStatsResponse[] = [];
  for await (const stats of followStats(source, options, signal)) all.push(stats);
  return all;
}

test('a limit that is none is shown as the memory of the host; what is not there is absent or null', () => {
  const stats = shapeStats(identity, sampleAt(1), null);
  assert.equal(stats.memory_stats?.limit, 1 << 30);
  assert.deepEqual(stats.pids_stats, { current: 2 });
  assert.equal(stats.blkio_stats?.io_serviced_recursive, null);
  assert.equal('networks' in stats, false);
  assert.equal(stats.preread, '0001-01-01T00:00:00Z');
  assert.equal(stats.name, '/web');
});

test('one shot is at once and alone; without it the answer has a sample to compare with', async () => {
  const once = sourceOf([sampleAt(1)]);
  const [alone] = await collect(once, { stream: false, oneShot: true });
  assert.equal(alone?.precpu_stats?.cpu_usage?.total_usage, 0);
  assert.equal(once.waits, 0);
  const [compared] = await collect(sourceOf([sampleAt(1), sampleAt(2)]), { stream: false, oneShot: false });
  assert.equal(compared?.precpu_stats?.cpu_usage?.total_usage, 100);
  assert.equal(compared?.cpu_stats?.cpu_usage?.total_usage, 200);
});

test('a stopped container answers zeros at once', async () => {
  const stopped = sourceOf([null]);
  assert.deepEqual(await collect(stopped, { stream: false, oneShot: false }), [emptyStats(identity)]);
  assert.equal(stopped.waits, 0);
});

test('a stream goes on over a stop and ends with the removal', async () => {
  const all = await collect(sourceOf([sampleAt(1), sampleAt(2), null, sampleAt(4)]), {
    stream: true,
    oneShot: false,
  });
  assert.deepEqual(
    all.map(({ read, preread }) => [read?.at(-2), preread?.at(-2)]),
    [
      ['1', '0'],
      ['2', '1'],
      ['0', '0'],
      ['4', '0'],
    ],
  );
});

test('a client that goes away ends the stream without an error', async () => {
  const going = new AbortController();
  const seen: ContainerStatsResponse[] = [];
  for await (const stats of followStats(
    sourceOf([sampleAt(1), sampleAt(2)]),
    { stream: true, oneShot: false },
    going.signal,
  )) {
    seen.push(stats);
    going.abort();
  }
  assert.equal(seen.length, 1);
});
