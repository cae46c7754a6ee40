/**
 * `npm run bench [-- --only=words --quick --engines=docker28,minke --client=PATH --docs]`: Docker and ours side by side, the same
 * images, the same docker client, in turn. Medians with spread as a table; JSON and SVG below .cache/bench/ (with
 * `--docs` docs/performance.md and its picture are written). Needs root; nothing else should run meanwhile.
 */
import { writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { groups } from '../bench/cases/index.ts';
import { chart } from '../bench/chart.ts';
import { bench } from '../bench/compare.ts';
import type { BenchResult } from '../bench/contract.ts';
import { chooseClient } from '../bench/docker-client.ts';
import { writePart } from '../bench/page.ts';
import { line, markdown } from '../bench/table.ts';
import { must } from '../test/harness/command.ts';
import type { EngineName } from '../test/harness/engine/contract.ts';
import { project } from './check/sources.ts';
import { bestPeer } from './test-parity.ts';
import { build } from './tests/build.ts';
import { failed, nothing, type Tally } from './tests/tally.ts';

export interface BenchChoice {
  readonly engines: readonly EngineName[];
  readonly only: readonly string[];
  readonly quick: boolean;
  /** Path of the docker client; chosen where undefined. */
  readonly client?: string;
}

const known: readonly EngineName[] = ['docker28', 'docker20', 'minke'];

function enginesOf(words: string): EngineName[] {
  return words.split(',').map((word) => {
    const name = known.find((one) => one === word);
    if (name === undefined) throw new Error(`no such engine: ${word}; there are: ${known.join(', ')}`);
    return name;
  });
}

/** Measures, tells as it goes, and writes table, samples and picture below .cache/bench/. */
async function measure(choice: BenchChoice): Promise<{ results: readonly BenchResult[]; machine: string }> {
  const client = choice.client ?? (await chooseClient());
  const version = (await must([client, '--version'])).trim();
  console.log(`client: ${version}`);
  await must(['sh', join(project, 'scripts/install-host-packages.sh'), 'bench', 'fast'], {
    timeout: 300_000,
  });
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, client: ${version}; ${new Date().toISOString().slice(0, 10)}`;
  const folder = join(project, '.cache/bench');
  await mkdir(folder, { recursive: true });
  const file = join(folder, choice.quick ? 'quick.json' : 'results.json');
  const earlier = choice.quick ? [] : await earlierResults(file, choice.engines);
  let results = merged(earlier);
  const fresh: BenchResult[] = [];
  await bench({
    ...choice,
    client,
    groups,
    // Written down at once: a long run that is ended has measured something all the same.
    onResult(result) {
      console.log(line(result));
      fresh.push(result);
      results = merged([...earlier, ...fresh]);
      writeFileSync(file, `${JSON.stringify({ machine, engines: choice.engines, results }, undefined, 2)}\n`);
    },
  });
  await writeFile(join(folder, 'results.svg'), chart(results));
  console.log(`\n${markdown(results)}\n\n${machine}; samples and picture: .cache/bench/`);
  return { results, machine };
}

const EarlierSchema = v.object({
  engines: v.array(v.string()),
  results: v.array(
    v.object({
      name: v.string(),
      clients: v.number(),
      unit: v.picklist(['ms', 'MB']),
      samples: v.record(v.string(), v.array(v.number())),
    }),
  ),
});

/** What earlier runs with `--only` found about these engines. */
async function earlierResults(file: string, engines: readonly EngineName[]): Promise<readonly BenchResult[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), EarlierSchema), text);
  return found.success && found.output.engines.join() === engines.join() ? found.output.results : [];
}

/** Each case once, as it was measured last, in the order of the cases. */
function merged(results: readonly BenchResult[]): BenchResult[] {
  const byName = new Map(results.map((result) => [result.name, result]));
  return groups.flatMap(({ cases }) => cases.flatMap(({ name }) => byName.get(name) ?? []));
}

/** Writes the table between its two marks in docs/performance.md, and the picture beside it. */
async function writeDocs({ results, machine }: Awaited<ReturnType<typeof measure>>): Promise<void> {
  const table = `![Medians side by side](performance.svg)\n\n${markdown(results)}\n\nMeasured on: ${machine}.`;
  await writePart('bench', table);
  await writeFile(join(project, 'docs/performance.svg'), chart(results));
}

/** A look at the figures as a stage of the tests: they are told, and never fail it; that the cases run is what counts. */
export async function quickBench(): Promise<Tally> {
  const { peer } = await bestPeer();
  const { results } = await measure({
    engines: [peer, 'minke'],
    quick: true,
    only: ['the client alone', 'ps -q', 'run --rm', 'exec true', 'rm -f', 'stop', 'pause'],
  });
  return results.length === 0
    ? failed('bench', 'nothing was measured')
    : { ...nothing, passed: results.length };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      engines: { type: 'string', default: 'docker28,minke' },
      client: { type: 'string' },
      docs: { type: 'boolean', default: false },
    },
  });
  if ((await build()).failed > 0) process.exit(1);
  const measured = await measure({
    engines: enginesOf(values.engines),
    only: values.only,
    quick: values.quick,
    ...(values.client === undefined ? {} : { client: values.client }),
  });
  if (values.docs) await writeDocs(measured);
}
