import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dnsperf } from '../../scripts/peers/dnsperf.ts';
import { must } from '../../test/harness/command.ts';
import type { Engine } from '../../test/harness/engine/contract.ts';
import type { BenchGroup } from '../contract.ts';
import { quantile } from '../figures.ts';
import { docker, removeAll } from '../timed.ts';

const RATE = 20_000;
/** Asked with as many open questions as ten busy programs have. */
const CROWD = ['-c', '10', '-q', '100'];

async function prepare(engine: Engine): Promise<void> {
  await docker(engine, 'network create shop');
  for (const name of ['db', 'web'])
    await docker(engine, `run -d --name ${name} --network shop busybox sleep 3600`);
  await ask(engine, ['-l', '2']);
}

async function clear(engine: Engine): Promise<void> {
  await removeAll(engine);
  await docker(engine, 'network rm shop');
}

/** Where a program's output goes that nobody should have to read while it is measured. */
const INTO = 'into=$1; shift; exec "$@" > "$into"';

/** Asks the resolver from inside a container; what dnsperf prints, a line a question first. */
async function ask(engine: Engine, options: readonly string[]): Promise<string> {
  const { program, libraries } = await dnsperf();
  const folder = join(engine.dataRoot, '../scratch');
  const [questions, answers] = [join(folder, 'questions'), join(folder, 'answers')];
  await mkdir(folder, { recursive: true });
  await writeFile(questions, ['db A', 'web A', 'db.shop A', 'db AAAA', ''].join('\n').repeat(25));
  const { stdout: pid } = await engine.docker(['inspect', '-f', '{{.State.Pid}}', 'web']);
  const inside = ['nsenter', `--net=/proc/${pid.trim()}/ns/net`];
  const argv = [program, '-s', '127.0.0.11', '-v', '-d', questions, ...CROWD, ...options];
  const env = { ...process.env, LD_LIBRARY_PATH: libraries };
  await must([...inside, 'sh', '-c', INTO, 'sh', answers, ...argv], { env });
  const text = await readFile(answers, 'utf8');
  const lost = Number(/Queries lost:\s+(\d+)/.exec(text)?.[1]);
  const completed = Number(/Queries completed:\s+(\d+)/.exec(text)?.[1]);
  if (!(lost <= completed / 1000)) throw new Error(`${engine.name}: ${lost} of ${completed} questions lost`);
  return text;
}

const seconds = (text: string): number[] =>
  Array.from(text.matchAll(/^> NOERROR \S+ \S+ ([0-9.]+)$/gm), ([, latency]) => Number(latency));

/** The embedded resolver, asked from inside a container. */
export const names: BenchGroup = {
  name: 'names',
  journaled: true,
  cases: [
    {
      name: `a name, at ${RATE} a second: 99th percentile`,
      unit: 'ms',
      clients: 0,
      samples: 5,
      prepare,
      async sample(engine) {
        return 1000 * quantile(seconds(await ask(engine, ['-Q', String(RATE), '-l', '3'])), 0.99);
      },
      clear,
    },
    {
      name: '100,000 names, as fast as they are answered',
      unit: 'ms',
      clients: 0,
      samples: 5,
      prepare,
      async sample(engine) {
        const text = await ask(engine, ['-n', '1000']);
        return 1000 * Number(/Run time \(s\):\s+([0-9.]+)/.exec(text)?.[1]);
      },
      clear,
    },
  ],
};
