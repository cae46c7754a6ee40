/**
 * `npm run check`: types, format, lint, layers, circles, what is written twice or not used, unit tests. A line a step with its
 * time; what failed is shown in full at the end. `npm run check -- types layers` runs only those.
 */
import { availableParallelism } from 'node:os';
import { type StepResult, steps } from './check/steps.ts';
import { sum, type Tally } from './tests/tally.ts';

export async function check(only: readonly string[] = []): Promise<Tally> {
  const chosen = steps.filter(({ name }) => only.length === 0 || only.some((word) => name.includes(word)));
  if (chosen.length === 0)
    throw new Error(`no such step; there are: ${steps.map(({ name }) => name).join(', ')}`);
  const waiting = [...chosen];
  const results: StepResult[] = [];
  const shown: string[] = [];
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const began = performance.now();
      const result = await step.run();
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      const note = result.note === undefined ? '' : `, ${result.note}`;
      const ok = result.failed === 0;
      console.log(`${ok ? '✔' : '✖'} ${step.name} (${seconds} s${note})`);
      results.push(result);
      if (!ok) shown.push(`\n── ${step.name}\n${result.output}`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
  for (const text of shown) console.log(text);
  return sum(results);
}

if (import.meta.main) {
  const { passed, failed } = await check(process.argv.slice(2));
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
