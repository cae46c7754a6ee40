/**
 * `npm run bench:cli [-- --client=PATH --samples=N --docs]`: how long docker's client and ours take for the same words to
 * the same engine. With `--docs` the figures are written into docs/performance.md. Builds first. Needs root; nothing else
 * should run meanwhile.
 */
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { benchClients } from '../bench/clients.ts';
import { chooseClient } from '../bench/docker-client.ts';
import { writePart } from '../bench/page.ts';
import { line, markdown } from '../bench/table.ts';
import { must } from '../test/harness/command.ts';
import { build } from './tests/build.ts';

const { values } = parseArgs({
  options: {
    client: { type: 'string' },
    samples: { type: 'string', default: '30' },
    docs: { type: 'boolean', default: false },
  },
});
if ((await build()).failed > 0) process.exit(1);
const client = values.client ?? (await chooseClient());
const version = (await must([client, '--version'])).trim();
const results = await benchClients({
  client,
  samples: Number(values.samples),
  onResult: (result) => console.log(line(result)),
});

if (values.docs) {
  const machine = `${cpus().length} cores, Linux ${release()}, ${version}`;
  await writePart('bench-cli', `${markdown(results)}\n\nMeasured on: ${machine}.`);
}
