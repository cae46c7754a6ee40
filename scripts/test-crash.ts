/**
 * `npm run test:crash [-- --rounds=N --seconds=S --seed=N --life=N]`: an engine under random load is killed at random
 * moments, started again and compared with a model of what may be true (test/crash/). A life is some rounds on the
 * same folders and ends with a look for what is left behind; a failure names its seed, and `--seed=N --rounds=M` plays
 * the same plan again. Default: 200 rounds; `--rounds=2000` for a night. Needs root.
 */
import { parseArgs } from 'node:util';
import { life } from '../test/crash/life.ts';
import { provideClient } from '../test/harness/engine/start.ts';
import { build } from './tests/build.ts';
import type { Failure, Tally } from './tests/tally.ts';

export interface CrashOptions {
  readonly rounds: number;
  /** No more rounds after so many seconds. */
  readonly seconds?: number;
  readonly seed: number;
  /** Rounds of one life. */
  readonly perLife: number;
}

export async function crash({ rounds, seconds, seed, perLife }: CrashOptions): Promise<Tally> {
  await provideClient();
  const end = seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1000;
  let [passed, requests] = [0, 0];
  const calls = { lived: 0, ended: 0 };
  const failures: Failure[] = [];
  const kinds: Record<string, number> = {};
  for (let at = 0; failures.length === 0 && passed < rounds && performance.now() < end; at++) {
    const count = Math.min(perLife, rounds - passed);
    const result = await life({ seed: seed + at, rounds: count, end });
    const here = Object.entries(result.played);
    for (const [kind, times] of here) kinds[kind] = (kinds[kind] ?? 0) + times;
    requests += result.requests;
    calls.lived += result.calls.lived;
    calls.ended += result.calls.ended;
    const done = here.reduce((sum, [, times]) => sum + times, 0);
    if (result.faults.length === 0) {
      passed += done;
      console.log(`✔ seed ${seed + at}: ${done} rounds, ${result.requests} requests`);
      continue;
    }
    const again = `Again: npm run test:crash -- --seed=${seed + at} --life=${perLife} --rounds=${count}`;
    const text = [...result.faults, again].join('\n');
    console.error(`✖ seed ${seed + at}, after ${done} rounds\n${result.story.join('\n')}\n\n${text}`);
    failures.push({ name: `crash rounds, seed ${seed + at}`, text });
  }
  const died = Object.entries(kinds).map(([kind, times]) => `${kind} ${times}`);
  // A round a test: what is counted is what was looked at.
  console.log(`${passed} of ${rounds} rounds, ${requests} requests; died: ${died.join(', ')}`);
  console.log(
    `connections through published ports while it died: ${calls.lived} lived, ${calls.ended} ended as they may`,
  );
  return { passed, failed: failures.length, skipped: 0, failures };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '200' },
      seconds: { type: 'string' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      life: { type: 'string', default: '12' },
    },
  });
  if ((await build()).failed > 0) process.exit(1);
  const { failed } = await crash({
    rounds: Number(values.rounds),
    ...(values.seconds === undefined ? {} : { seconds: Number(values.seconds) }),
    seed: Number(values.seed),
    perLife: Number(values.life),
  });
  process.exitCode = failed === 0 ? 0 : 1;
}
