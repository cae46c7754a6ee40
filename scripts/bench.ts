/**
 * `npm run bench [-- --only=words --quick --engines=docker28,minke --client=PATH --docs]`: Docker and ours side by side, the same
 * images, the same docker client, in turn. Medians with spread as a table; JSON and SVG below .cache/bench/ (with
 * `--docs` docs/performance.md and its picture are written). Needs root; nothing else should run meanwhile.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { groups } from '../bench/cases/index.ts';
import { chart } from '../bench/chart.ts';
import { bench } from '../bench/compare.ts';
import { chooseClient } from '../bench/docker-client.ts';
import { line, markdown } from '../bench/table.ts';
import { must } from '../test/harness/command.ts';
import type { EngineName } from '../test/harness/engine/contract.ts';
import { project } from './check/sources.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    engines: { type: 'string', default: 'docker28,minke' },
    client: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
});
const known: readonly EngineName[] = ['docker28', 'docker20', 'minke'];
const engines = values.engines.split(',').map((word) => {
  const name = known.find((one) => one === word);
  if (name === undefined) throw new Error(`no such engine: ${word}; there are: ${known.join(', ')}`);
  return name;
});

const client = values.client ?? (await chooseClient());
const version = (await must([client, '--version'])).trim();
console.log(`client: ${version}`);

const results = await bench({
  engines,
  client,
  groups,
  only: values.only,
  quick: values.quick,
  onResult: (result) => console.log(line(result)),
});
const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, client: ${version}; ${new Date().toISOString().slice(0, 10)}`;
const folder = join(project, '.cache/bench');
await mkdir(folder, { recursive: true });
await writeFile(
  join(folder, 'results.json'),
  `${JSON.stringify({ machine, engines, results }, undefined, 2)}\n`,
);
await writeFile(join(folder, 'results.svg'), chart(results));
console.log(`\n${markdown(results)}\n\n${machine}; samples and picture: .cache/bench/`);

if (values.docs) {
  const page = join(project, 'docs/performance.md');
  const text = await readFile(page, 'utf8');
  // Between these two marks the page is ours to write.
  const marks = /(<!-- bench -->\n)[\s\S]*(<!-- \/bench -->)/;
  await writeFile(
    page,
    text.replace(
      marks,
      `$1\n![Medians side by side](performance.svg)\n\n${markdown(results)}\n\nMeasured on: ${machine}.\n\n$2`,
    ),
  );
  await writeFile(join(project, 'docs/performance.svg'), chart(results));
}
