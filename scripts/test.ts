/**
 * All stages of `npm test` in order, each counted; the last line is `N passed, N failed`. Words behind it choose
 * stages: `npm test -- check parity`.
 */
import { quickBench } from './bench.ts';
import { check } from './check.ts';
import { crash } from './test-crash.ts';
import { integration } from './test-integration.ts';
import { judge } from './test-judges.ts';
import { parityWithBestPeer } from './test-parity.ts';
import { build } from './tests/build.ts';
import { failed, sum, type Tally, told } from './tests/tally.ts';

interface Stage {
  readonly name: string;
  run(): Promise<Tally>;
  /** Later stages make no sense where this one failed. */
  readonly needed?: boolean;
}

const stages: readonly Stage[] = [
  { name: 'check', run: () => check() },
  { name: 'build', run: build, needed: true },
  { name: 'integration', run: () => integration(['test/integration']) },
  { name: 'scenarios', run: () => integration(['test/scenarios']) },
  // As many rounds as the time allows: a slow machine plays fewer.
  { name: 'crash', run: () => crash({ rounds: 200, seconds: 360, seed: 1, perLife: 12 }) },
  { name: 'judges', run: () => judge({ engine: 'minke' }) },
  { name: 'parity', run: parityWithBestPeer },
  { name: 'bench', run: quickBench },
];

const wanted = process.argv.slice(2);
const unknown = wanted.find((word) => !stages.some(({ name }) => name === word));
if (unknown !== undefined) {
  console.error(`no such stage: ${unknown}; there are: ${stages.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const tallies: Tally[] = [];
const summary: string[] = [];
for (const stage of stages) {
  if (wanted.length > 0 && !wanted.includes(stage.name)) continue;
  console.log(`\n━━ ${stage.name}`);
  const began = performance.now();
  const tally = await stage.run().catch((error: unknown) => {
    console.error(error);
    return failed(stage.name, error instanceof Error ? (error.stack ?? error.message) : String(error));
  });
  tallies.push(tally);
  const seconds = Math.round((performance.now() - began) / 1000);
  const skipped = tally.skipped === 0 ? '' : ` ${tally.skipped} skipped`;
  const counts = `${String(tally.passed).padStart(5)} passed ${tally.failed} failed${skipped}`;
  summary.push(`${stage.name.padEnd(12)} ${counts}, ${seconds} s`);
  if (tally.failed > 0 && stage.needed) {
    summary.push('what comes after it was not run');
    break;
  }
}
const total = sum(tallies);
console.log(`\n${summary.join('\n')}`);
// Who reads only the end of a long log is to know what failed.
if (total.failed > 0) console.log(`\n${told(total.failures)}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
