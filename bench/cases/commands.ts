import * as v from 'valibot';
import type { Engine } from '../../test/harness/engine/contract.ts';
import type { BenchCase, BenchGroup } from '../contract.ts';
import {
  type ContainerConfig,
  call,
  createAndStart,
  docker,
  dockers,
  IdSchema,
  removeAll,
  spread,
  wall,
} from '../timed.ts';
import { FLOOR } from './floor.ts';

const BACKGROUND = 'run -d --name box busybox sleep 3600';
const NAMELESS = 'run -d busybox sleep 3600';
// Ends at once on SIGTERM, as a well-behaved service does.
const POLITE = `run -d --name box busybox sh -c "trap 'exit 0' TERM; while :; do sleep 3600 & wait; done"`;

const withBackground = (line: string): Pick<BenchCase, 'prepare' | 'clear'> => ({
  prepare: async (engine: Engine) => {
    await docker(engine, line);
  },
  clear: removeAll,
});

const SLEEPER: ContainerConfig = { Image: 'busybox', Cmd: ['sleep', '3600'] };

/** What an SDK asks for where a person types `run --rm`. */
async function runThrough(engine: Engine, HostConfig: Readonly<Record<string, unknown>>): Promise<void> {
  const id = await createAndStart(engine, { Image: 'busybox', Cmd: ['true'], HostConfig });
  await call(engine, 'POST', `/containers/${id}/wait`);
  await call(engine, 'DELETE', `/containers/${id}`);
}

/** What an SDK asks for where a person types `exec`: the call that starts it ends with its output. */
async function execThrough(engine: Engine, container: string): Promise<void> {
  const exec = { Cmd: ['true'], AttachStdout: true, AttachStderr: true };
  const { Id } = v.parse(IdSchema, await call(engine, 'POST', `/containers/${container}/exec`, exec));
  await call(engine, 'POST', `/exec/${Id}/start`, { Detach: false, Tty: false });
  await call(engine, 'GET', `/exec/${Id}/json`);
}

/** The commands that people type all day, on an engine that does nothing else. */
export const commands: BenchGroup = {
  name: 'commands',
  journaled: true,
  cases: [
    // What the client itself costs is in every figure below: its start, and its start with one answer asked for.
    {
      name: 'the client alone: docker --version',
      unit: 'ms',
      sample: (engine) => docker(engine, '--version'),
    },
    { name: FLOOR, unit: 'ms', sample: (engine) => docker(engine, 'ps -q') },
    {
      name: 'run --rm busybox true',
      unit: 'ms',
      sample: (engine) => docker(engine, 'run --rm busybox true'),
    },
    {
      name: 'run --rm --network none busybox true',
      unit: 'ms',
      sample: (engine) => docker(engine, 'run --rm --network none busybox true'),
    },
    {
      name: 'create, start, wait and remove of true (API)',
      unit: 'ms',
      clients: 0,
      sample: (engine) => wall(() => runThrough(engine, {})),
    },
    {
      name: 'create, start, wait and remove of true, without a network (API)',
      unit: 'ms',
      clients: 0,
      sample: (engine) => wall(() => runThrough(engine, { NetworkMode: 'none' })),
    },
    {
      name: 'start',
      unit: 'ms',
      async sample(engine) {
        await docker(engine, 'create --name box busybox sleep 3600');
        const ms = await docker(engine, 'start box');
        await removeAll(engine);
        return ms;
      },
    },
    {
      name: 'exec true',
      unit: 'ms',
      ...withBackground(BACKGROUND),
      sample: (engine) => docker(engine, 'exec box true'),
    },
    {
      name: 'exec true (API)',
      unit: 'ms',
      clients: 0,
      ...withBackground(BACKGROUND),
      sample: (engine) => wall(() => execThrough(engine, 'box')),
    },
    {
      name: 'rm -f',
      unit: 'ms',
      async sample(engine) {
        await docker(engine, BACKGROUND);
        return docker(engine, 'rm -f box');
      },
    },
    {
      name: 'stop',
      unit: 'ms',
      async sample(engine) {
        await docker(engine, POLITE);
        const ms = await docker(engine, 'stop box');
        await removeAll(engine);
        return ms;
      },
    },
    {
      name: 'restart',
      unit: 'ms',
      ...withBackground(POLITE),
      sample: (engine) => docker(engine, 'restart box'),
    },
    {
      name: 'pause and unpause',
      unit: 'ms',
      clients: 2,
      ...withBackground(BACKGROUND),
      sample: async (engine) => (await docker(engine, 'pause box')) + (await docker(engine, 'unpause box')),
    },
    {
      name: '20 run -d at once',
      unit: 'ms',
      clients: 0,
      samples: 3,
      async sample(engine) {
        const ms = await dockers(
          engine,
          20,
          Array.from({ length: 20 }, () => NAMELESS),
        );
        await removeAll(engine);
        return ms;
      },
    },
    {
      name: '20 created and started at once (API)',
      unit: 'ms',
      clients: 0,
      samples: 3,
      async sample(engine) {
        const ms = await wall(() => spread(20, 20, () => createAndStart(engine, SLEEPER)));
        await removeAll(engine);
        return ms;
      },
    },
    {
      name: '100 run -d in a row',
      unit: 'ms',
      clients: 100,
      samples: 1,
      async sample(engine) {
        const ms = await dockers(
          engine,
          1,
          Array.from({ length: 100 }, () => NAMELESS),
        );
        await removeAll(engine);
        return ms;
      },
    },
  ],
};
