/**
 * `npm run test:judges [-- --engine=docker28 --only=pattern judge …]`: clients that others wrote, against an engine
 * each (ours unless another is named). Installs what is missing; a judge that cannot be had is skipped, with the reason
 * printed. Needs root.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../src/errors/minke-error.ts';
import { must } from '../test/harness/command.ts';
import type { EngineName } from '../test/harness/engine/contract.ts';
import { MODERN_CLIENT } from '../test/harness/engine/daemon.ts';
import { provide, startEngine } from '../test/harness/engine/start.ts';
import { busyboxTar, loadBusybox } from '../test/harness/images/busybox.ts';
import { type Judge, judges } from '../test/judges/judges.ts';
import { project } from './check/sources.ts';
import { build } from './tests/build.ts';
import { runTests, testsBelow } from './tests/run-tests.ts';
import { failed, sum, type Tally } from './tests/tally.ts';

export interface JudgeChoice {
  readonly engine: EngineName;
  /** Names of judges; all where empty. */
  readonly names?: readonly string[];
  /** Only tests whose name fits this pattern. */
  readonly only?: string;
}

/** Brings what a judge needs; answers why it cannot judge, where something is not to be had. */
async function prepare(judge: Judge): Promise<string | undefined> {
  try {
    for (const peer of judge.peers ?? []) await provide(peer);
    const wanted = Object.entries(judge.packages ?? {}).filter(([, file]) => !existsSync(file));
    if (wanted.length > 0) {
      const names = wanted.map(([name]) => name);
      const flags = ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=120', '--no-install-recommends'];
      const limits = { timeout: 300_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
      await must(['apt-get', ...flags, 'install', ...names], limits).catch(async () => {
        await must(['apt-get', '-qq', 'update'], limits);
        await must(['apt-get', ...flags, 'install', ...names], limits);
      });
    }
  } catch (error) {
    return messageOf(error).split('\n').slice(0, 3).join(' ');
  }
  return judge.missing?.();
}

async function play(judge: Judge, choice: JudgeChoice): Promise<Tally> {
  const engine = await startEngine(choice.engine);
  try {
    await loadBusybox(engine);
    return await runTests(await testsBelow(`test/judges/${judge.folder}`), {
      isolation: 'process',
      concurrency: 1,
      timeout: 300_000,
      forceExit: true,
      behind: ['nsenter', `--net=/run/netns/${engine.netns}`],
      env: {
        ...engine.env,
        PATH: `${dirname(MODERN_CLIENT)}:${process.env.PATH}`,
        JUDGE_ENGINE: engine.name,
        JUDGE_BUSYBOX: await busyboxTar(),
        ...judge.env,
      },
      ...(choice.only === undefined ? {} : { only: choice.only }),
    });
  } finally {
    const forced = await engine.stop();
    if (forced.length > 0 && choice.engine === 'minke') console.log(`left behind: ${forced.join(', ')}`);
  }
}

/** Plays the judges one after another and prints how each judged. */
export async function judge(choice: JudgeChoice): Promise<Tally> {
  const names = choice.names ?? [];
  const unknown = names.find((name) => !judges.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`no such judge: ${unknown}; there are: ${judges.map(({ name }) => name).join(', ')}`);
  await provide(choice.engine);
  const tallies: Tally[] = [];
  const summary: string[] = [];
  for (const one of judges) {
    if (names.length > 0 && !names.includes(one.name)) continue;
    const reason = await prepare(one);
    if (reason !== undefined) {
      summary.push(`${one.name.padEnd(15)} skipped: ${reason}`);
      continue;
    }
    console.log(`\n━━ ${one.name} on ${choice.engine}`);
    const tally = await play(one, choice).catch((error: unknown) => {
      console.error(error);
      return failed(one.name, String(error));
    });
    tallies.push(tally);
    summary.push(`${one.name.padEnd(15)} ${tally.passed} passed, ${tally.failed} failed`);
  }
  console.log(`\n${summary.join('\n')}`);
  return sum(tallies);
}

if (import.meta.main) {
  if (process.getuid?.() !== 0) {
    console.error('minke: these tests start real containers and need root');
    process.exit(1);
  }
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      engine: { type: 'string', default: 'minke' },
      only: { type: 'string' },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const engine = values.engine;
  if (engine !== 'minke' && engine !== 'docker28' && engine !== 'docker20')
    throw new Error(`no such engine: ${engine}`);
  const packages = join(project, 'scripts/install-host-packages.sh');
  await must(['sh', packages, 'run', 'build', 'image', 'test'], { timeout: 300_000 });
  if (engine === 'minke' && !values['no-build'] && (await build()).failed > 0) process.exit(1);
  const total = await judge({
    engine,
    names: positionals,
    ...(values.only === undefined ? {} : { only: values.only }),
  });
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}
