/**
 * `npm run test:endurance [-- --cycles=10000 --docs]`: so many containers created, started, waited for and removed on
 * one daemon; memory, heaps, descriptors and files of the engine over the time as a picture below .cache/endurance/ (with
 * `--docs` docs/endurance.svg). Needs root. 500 containers at once come first.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { spread } from '../bench/timed.ts';
import { cycles, type Sample } from '../test/endurance/cycles.ts';
import { plot } from '../test/endurance/plot.ts';
import { slope } from '../test/endurance/slope.ts';
import type { Engine } from '../test/harness/engine/contract.ts';
import { granted } from '../test/harness/engine/requests.ts';
import { startEngine } from '../test/harness/engine/start.ts';
import { loadBusybox } from '../test/harness/images/busybox.ts';
import { project } from './check/sources.ts';
import { build } from './tests/build.ts';

const { values } = parseArgs({
  options: { cycles: { type: 'string', default: '10000' }, docs: { type: 'boolean', default: false } },
});

const quantities = [
  'memory',
  'anonymous',
  'daemonObjects',
  'daemonCode',
  'keeperObjects',
  'keeperCode',
  'descriptors',
  'files',
] as const;
type Quantity = (typeof quantities)[number];
const figure = (sample: Sample, what: Quantity): string => String(Number((sample[what] ?? 0).toFixed(3)));

/** All running at the same time, then all removed. */
async function crowd(engine: Engine, count: number): Promise<void> {
  const began = performance.now();
  await spread(count, 100, async (at) => {
    await granted(engine, 'POST', `/containers/create?name=crowd${at}`, {
      Image: 'busybox',
      Cmd: ['sleep', '3600'],
    });
    await granted(engine, 'POST', `/containers/crowd${at}/start`);
  });
  const { json } = await engine.api('GET', '/containers/json');
  const running = Array.isArray(json) ? json.length : 0;
  console.log(`${running} containers run after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (running !== count) throw new Error(`${count} were started`);
  await spread(count, 100, (at) => granted(engine, 'DELETE', `/containers/crowd${at}?force=1`));
}

if ((await build()).failed > 0) process.exit(1);
const count = Number(values.cycles);
const engine = await startEngine('minke');
try {
  await loadBusybox(engine);
  await crowd(engine, 500);
  const samples = await cycles(engine, {
    count,
    every: Math.max(1, Math.round(count / 100)),
    heap: true,
    onSample: (sample) =>
      console.log(
        `${sample.cycle}: ${quantities.map((what) => `${what} ${figure(sample, what)}`).join(', ')}`,
      ),
  });
  const curve = (name: string, unit: string, what: Quantity) => ({
    name,
    unit,
    points: samples.map((sample): [number, number] => [sample.cycle, sample[what] ?? 0]),
  });
  const picture = plot('containers started and removed', [
    curve('Memory (PSS) of daemon and keeper', 'MB', 'memory'),
    curve('Objects on the heap of the daemon after a collection', 'MB', 'daemonObjects'),
    curve('Code on the heap of the daemon', 'MB', 'daemonCode'),
    curve('Objects on the heap of the keeper after a collection', 'MB', 'keeperObjects'),
    curve('Code on the heap of the keeper', 'MB', 'keeperCode'),
    curve('Open descriptors of daemon and keeper', '', 'descriptors'),
    curve('Files below data root and exec root', '', 'files'),
  ]);
  const folder = join(project, '.cache/endurance');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'samples.json'), `${JSON.stringify(samples, undefined, 2)}\n`);
  await writeFile(join(folder, 'endurance.svg'), picture);
  if (values.docs) await writeFile(join(project, 'docs/endurance.svg'), picture);
  // What is used for the first time is read, compiled and kept: that is not what is looked for.
  const late = samples.slice(Math.floor(samples.length / 2));
  for (const what of quantities) {
    const growth = slope(late.map((sample) => [sample.cycle, sample[what] ?? 0])) * 1000;
    console.log(`${what}: ${growth.toFixed(3)} more with each thousand cycles`);
  }
} finally {
  const left = await engine.stop();
  if (left.length > 0) {
    console.error(left.join('\n'));
    process.exitCode = 1;
  }
}
