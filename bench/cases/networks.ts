import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../test/harness/engine/contract.ts';
import { until } from '../../test/harness/until.ts';
import type { BenchCase, BenchGroup } from '../contract.ts';
import {
  type ContainerConfig,
  call,
  createAndStart,
  docker,
  dockers,
  removeAll,
  spread,
  wall,
} from '../timed.ts';

/** A program where the engine's published ports are; it must succeed. */
async function inside(engine: Engine, line: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await engine.inside(line, { timeout: 120_000 });
  if (code !== 0) throw new Error(`${engine.name}: ${line.join(' ')}: ${stderr || stdout}`);
}

const NETWORK = 'measured';
const makeNetwork = (engine: Engine): Promise<unknown> => docker(engine, `network create ${NETWORK}`);

async function clear(engine: Engine): Promise<void> {
  await removeAll(engine);
  await engine.api('DELETE', `/networks/${NETWORK}`);
}

const PORT = 18080;
/** Answers as soon as somebody may ask. */
const SERVE = 'echo page > /index.html; exec httpd -f -p 80 -h /';
const WEB: ContainerConfig = {
  Image: 'busybox',
  Cmd: ['sh', '-c', SERVE],
  ExposedPorts: { '80/tcp': {} },
  HostConfig: { PortBindings: { '80/tcp': [{ HostPort: String(PORT) }] } },
};
const ASK = join(import.meta.dirname, '../first-byte.ts');

/** Milliseconds from the beginning of `start` to the first byte of a page. */
async function firstByte(engine: Engine, start: () => Promise<unknown>): Promise<number> {
  const ready = join(engine.dataRoot, '../asking');
  const byte = engine.inside([process.execPath, ASK, String(PORT), ready], { timeout: 120_000 });
  let began = 0;
  const [asked] = await Promise.all([
    byte,
    until('the first question to be near', () => existsSync(ready), { every: 1 }).then(() => {
      began = performance.timeOrigin + performance.now();
      return start();
    }),
  ]);
  await rm(ready);
  await removeAll(engine);
  return Number(asked.stdout) - began;
}

const CROWD = 100;
const named = (index: number): string => `named-${index}`;
const asked = Array.from({ length: CROWD }, (_, index) => named(index)).join(' ');
const LOOKUP = `for name in ${asked}; do nslookup $name 127.0.0.11 > /dev/null || exit 1; done`;

/** A crowd on one network, started by `start`; all must be found by their names then. */
const crowd = (name: string, start: (engine: Engine) => Promise<number>): BenchCase => ({
  name,
  unit: 'ms',
  clients: 0,
  samples: 3,
  prepare: async (engine) => {
    await makeNetwork(engine);
  },
  clear,
  async sample(engine) {
    const ms = await start(engine);
    await docker(engine, `exec ${named(0)} sh -c "${LOOKUP}"`);
    await removeAll(engine);
    return ms;
  },
});

/** iperf3 of the machine, with the machine's libraries, as no image has it. */
const IPERF =
  'run -d -p 15201:5201 -v /usr/lib:/usr/lib:ro -v /usr/lib:/lib:ro -v /usr/lib64:/lib64:ro -v /usr/bin/iperf3:/iperf3:ro busybox /iperf3 -s';
const BYTES = '2G';

/** By which address of the host it goes decides who carries it. */
const throughput = (name: string, address: string): BenchCase => ({
  name: `2 GiB through a published port, ${name}`,
  unit: 'ms',
  clients: 0,
  samples: 5,
  prepare: async (engine) => {
    await docker(engine, IPERF);
    const probe = `until iperf3 -c 127.0.0.1 -p 15201 -n 1K > /dev/null; do sleep 0.1; done`;
    await inside(engine, ['sh', '-c', probe]);
  },
  clear: removeAll,
  sample: (engine) => wall(() => inside(engine, ['iperf3', '-c', address, '-p', '15201', '-n', BYTES])),
});

/** Networks, on an engine that does nothing else. */
export const networks: BenchGroup = {
  name: 'networks',
  journaled: true,
  engine: { flags: ['--bip=172.17.0.1/16'] },
  cases: [
    {
      name: 'network create and rm (API)',
      unit: 'ms',
      clients: 0,
      sample: (engine) =>
        wall(async () => {
          await call(engine, 'POST', '/networks/create', { Name: NETWORK });
          await call(engine, 'DELETE', `/networks/${NETWORK}`);
        }),
    },
    {
      name: 'network connect and disconnect (API)',
      unit: 'ms',
      clients: 0,
      prepare: async (engine) => {
        await makeNetwork(engine);
        await docker(engine, 'run -d --name box busybox sleep 3600');
      },
      clear,
      sample: (engine) =>
        wall(async () => {
          await call(engine, 'POST', `/networks/${NETWORK}/connect`, { Container: 'box' });
          await call(engine, 'POST', `/networks/${NETWORK}/disconnect`, { Container: 'box' });
        }),
    },
    {
      name: 'run -d to the first byte of a published port',
      unit: 'ms',
      sample: (engine) =>
        firstByte(engine, () => docker(engine, `run -d -p ${PORT}:80 busybox sh -c "${SERVE}"`)),
    },
    {
      name: 'create and start to the first byte of a published port (API)',
      unit: 'ms',
      clients: 0,
      sample: (engine) => firstByte(engine, () => createAndStart(engine, WEB)),
    },
    crowd(`${CROWD} run -d on one network, 8 at a time`, (engine) => {
      const line = (_: unknown, index: number) =>
        `run -d --network ${NETWORK} --name ${named(index)} busybox sleep 3600`;
      return dockers(engine, 8, Array.from({ length: CROWD }, line));
    }),
    crowd(`${CROWD} created and started on one network, 8 at a time (API)`, (engine) =>
      wall(() =>
        spread(CROWD, 8, (index) =>
          createAndStart(engine, {
            name: named(index),
            Image: 'busybox',
            Cmd: ['sleep', '3600'],
            HostConfig: { NetworkMode: NETWORK },
          }),
        ),
      ),
    ),
    throughput('by the proxy', '127.0.0.1'),
    throughput('by the rules', '172.17.0.1'),
  ],
};
