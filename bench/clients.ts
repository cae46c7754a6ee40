/** Docker's client and ours, the same words to the same engine, in turn: what starting them costs. */
import { resolve } from 'node:path';
import { type CommandResult, command } from '../test/harness/command.ts';
import { startEngine } from '../test/harness/engine/start.ts';
import { loadBusybox } from '../test/harness/images/busybox.ts';
import type { BenchResult } from './contract.ts';
import { docker } from './timed.ts';

const OURS = resolve(import.meta.dirname, '../bin/minke');

/** Lines that both clients know, and what shells ask ours when a key is pressed. */
const lines: readonly (readonly [name: string, args: readonly string[], theirs?: readonly string[]])[] = [
  ['ps', ['ps']],
  ['ps -a --format json', ['ps', '-a', '--format', 'json']],
  ["inspect -f '{{.State.Status}}'", ['inspect', '--type', 'container', '-f', '{{.State.Status}}', 'box1']],
  ['images', ['images']],
  ['--help', ['--help']],
  ['run --help', ['run', '--help']],
  ['completion of ps --', ['__complete', '--', 'ps', '--'], ['__complete', 'ps', '--']],
  ['completion of rm box', ['__complete', '--', 'rm', 'box'], ['__complete', 'rm', 'box']],
];

export interface ClientBench {
  /** Path of Docker's client. */
  readonly client: string;
  readonly samples: number;
  readonly onResult: (result: BenchResult) => void;
}

export async function benchClients({ client, samples, onResult }: ClientBench): Promise<BenchResult[]> {
  const engine = await startEngine('minke', { client });
  try {
    await loadBusybox(engine);
    for (let box = 1; box <= 5; box++) await docker(engine, `run -d --name box${box} busybox sleep 3600`);
    const run = async (program: string, args: readonly string[]): Promise<number> => {
      const result: CommandResult = await command([program, ...args], { env: engine.env });
      if (result.code !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.stderr}`);
      return result.ms;
    };
    const results: BenchResult[] = [];
    for (const [name, args, theirs = args] of lines) {
      const taken: Record<'docker' | 'minke', number[]> = { docker: [], minke: [] };
      // The first of each fills caches.
      for (let round = -1; round < samples; round++) {
        const times = [await run(client, theirs), await run(OURS, args)] as const;
        if (round < 0) continue;
        taken.docker.push(times[0]);
        taken.minke.push(times[1]);
      }
      const result: BenchResult = { clients: 0, name, unit: 'ms', samples: taken };
      results.push(result);
      onResult(result);
    }
    return results;
  } finally {
    await engine.stop();
  }
}
