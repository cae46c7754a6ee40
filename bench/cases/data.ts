import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../test/harness/engine/contract.ts';
import type { BenchCase, BenchGroup } from '../contract.ts';
import { docker, removeAll } from '../timed.ts';

const MB = 1_000_000;
/** 200 bytes a line. */
const print = (bytes: number): string => `sh -c "yes ${'x'.repeat(199)} | head -c ${bytes}"`;

const scratch = (engine: Engine): string => join(engine.dataRoot, '../scratch');

async function oneFile(engine: Engine): Promise<void> {
  await mkdir(scratch(engine), { recursive: true });
  const file = await open(join(scratch(engine), 'file'), 'w');
  const block = Buffer.alloc(MB, 'minke ');
  for (let i = 0; i < 500; i++) await file.write(block);
  await file.close();
}

async function manyFiles(engine: Engine): Promise<void> {
  for (let folder = 0; folder < 200; folder++) {
    const at = join(scratch(engine), 'tree', String(folder));
    await mkdir(at, { recursive: true });
    for (let file = 0; file < 100; file++)
      await writeFile(join(at, String(file)), `file ${file} of ${folder}\n`);
  }
}

let made = 0;

/**
 * A copy in and a copy out of the same thing, each onto a place that is not there yet. Many files stay until the end:
 * for minutes ext4 goes past each inode that was freed, one by one, when it looks for a new one.
 */
const copies = (what: string, name: string, make: (engine: Engine) => Promise<void>): BenchCase[] => {
  const isLarge = name === 'file';
  const prepare = async (engine: Engine) => {
    await make(engine);
    await docker(engine, 'run -d --name box busybox sleep 3600');
    await docker(engine, `cp ${scratch(engine)}/${name} box:/source`);
  };
  const clear = async (engine: Engine) => {
    await removeAll(engine);
    await rm(scratch(engine), { recursive: true, force: true });
  };
  return [
    {
      name: `cp ${what} in`,
      unit: 'ms',
      samples: 3,
      prepare,
      clear,
      async sample(engine) {
        const copy = `/copy-${++made}`;
        const ms = await docker(engine, `cp ${scratch(engine)}/${name} box:${copy}`);
        if (isLarge) await docker(engine, `exec box rm ${copy}`);
        return ms;
      },
    },
    {
      name: `cp ${what} out`,
      unit: 'ms',
      samples: 3,
      prepare,
      clear,
      async sample(engine) {
        const copy = join(scratch(engine), `copy-${++made}`);
        const ms = await docker(engine, `cp box:/source ${copy}`);
        if (isLarge) await rm(copy);
        return ms;
      },
    },
  ];
};

/** Output, logs and copies: bytes through the engine. */
export const data: BenchGroup = {
  name: 'data',
  cases: [
    {
      name: 'run that prints 100 MB, attached',
      unit: 'ms',
      samples: 3,
      sample: (engine) => docker(engine, `run --rm busybox ${print(100 * MB)}`),
    },
    {
      name: 'logs of 1 GB',
      unit: 'ms',
      samples: 1,
      prepare: async (engine) => {
        // Ours rotates by default, so the size is said for both.
        await docker(engine, `run --name big -d --log-opt max-size=4g busybox ${print(1000 * MB)}`);
        await docker(engine, 'wait big');
      },
      sample: (engine) => readAll(engine),
    },
    {
      name: 'logs --tail 10 of 1 GB',
      unit: 'ms',
      sample: (engine) => docker(engine, 'logs --tail 10 big'),
      clear: removeAll,
    },
    ...copies('500 MB', 'file', oneFile),
    ...copies('20,000 files', 'tree', manyFiles),
  ],
};

/** The output is a gigabyte: counted, not kept. */
async function readAll(engine: Engine): Promise<number> {
  const began = performance.now();
  const child = spawn(engine.client, ['logs', 'big'], {
    env: engine.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const [code] = await once(child, 'close');
  if (code !== 0 || bytes !== 1000 * MB)
    throw new Error(`${engine.name}: logs gave ${bytes} bytes, exit status ${code}`);
  return performance.now() - began;
}
