import type { Engine } from '../../test/harness/engine/contract.ts';
import type { BenchCase, BenchGroup } from '../contract.ts';
import { quantile } from '../figures.ts';
import { docker, engineMemory, removeAll, spread, wall } from '../timed.ts';

/** Brings the number of running containers up to `count`. */
const crowd = (count: number) => async (engine: Engine) => {
  const { json } = await engine.api('GET', '/containers/json');
  const there = Array.isArray(json) ? json.length : 0;
  await spread(count - there, 2, () => docker(engine, 'run -d busybox sleep 3600'));
};

const memory = (name: string, count: number): BenchCase => ({
  name: `memory (PSS), ${name}`,
  unit: 'MB',
  clients: 0,
  samples: 1,
  prepare: async (engine) => {
    await crowd(count)(engine);
    // Heaps settle a little after the work.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  },
  sample: engineMemory,
});

/** Asks to write 10 MB/s; where that is more than the machine can do, it writes what it can. */
const CHATTER = `run -d --log-opt max-size=20m --log-opt max-file=2 busybox sh -c "yes ${'x'.repeat(99)} | head -c 1000000 > /lines; while :; do cat /lines; usleep 100000; done"`;

/** An engine with many containers; it outlives its daemon, so that the daemon can be started again among them. */
export const crowded: BenchGroup = {
  name: 'crowd',
  engine: { config: { 'live-restore': true } },
  cases: [
    memory('idle', 0),
    memory('50 containers', 50),
    memory('200 containers', 200),
    { name: 'ps, 200 containers', unit: 'ms', prepare: crowd(200), sample: (engine) => docker(engine, 'ps') },
    {
      name: 'images, 200 containers',
      unit: 'ms',
      prepare: crowd(200),
      sample: (engine) => docker(engine, 'images'),
    },
    {
      name: 'inspect, 200 containers',
      unit: 'ms',
      prepare: async (engine) => {
        await crowd(200)(engine);
        await docker(engine, 'run -d --name box busybox sleep 3600');
      },
      sample: (engine) => docker(engine, 'inspect box'),
    },
    {
      name: 'daemon start, 200 running',
      unit: 'ms',
      clients: 0,
      samples: 3,
      prepare: crowd(200),
      async sample(engine) {
        await engine.down();
        return wall(() => engine.up());
      },
      clear: removeAll,
    },
    {
      name: '_ping p99, 20 containers that log 10 MB/s each',
      unit: 'ms',
      clients: 0,
      samples: 3,
      prepare: (engine) => spread(20, 2, () => docker(engine, CHATTER)),
      async sample(engine) {
        const times: number[] = [];
        for (let i = 0; i < 100; i++) times.push(await wall(() => engine.api('GET', '/_ping')));
        return quantile(times, 0.99);
      },
      clear: removeAll,
    },
  ],
};
