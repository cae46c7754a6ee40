/**
 * The daemon is killed with -9 in the middle of a pull, a push, a load, a removal and a collection: its store checks
 * clean at the next start, and the next try goes through. `MINKE_TEST_SEED=n` plays another plan.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { writeImageArchive } from '../../../src/kit/image-archive/write.ts';
import { parseReference } from '../../../src/kit/reference/reference.ts';
import { sha256 } from '../../../src/wire/digest.ts';
import { type Random, random } from '../../crash/random.ts';
import type { CommandResult } from '../../harness/command.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { stream, tarOf } from '../../harness/images/memory-service.ts';
import { plainConfig } from '../../harness/images/plain-config.ts';
import { type RegistryProcess, startRegistryProcess } from '../../harness/registry/process.ts';
import { words } from '../../harness/words.ts';

const client = resolve(import.meta.dirname, '../../../bin/minke');
const APP = '127.0.0.1:5000/app:1';
const seed = Number(process.env.MINKE_TEST_SEED ?? 7);
const LAYERS = 5;
const ROUNDS = 3;

let engine: Engine;
let registry: RegistryProcess;
let folder = '';

const run = (line: string): Promise<CommandResult> => engine.docker(words(line), { client });
async function types(line: string): Promise<string> {
  const { code, stdout, stderr } = await run(line);
  assert.equal(code, 0, `seed ${seed}: ${line}\n${stdout}${stderr}`);
  return stdout.trim();
}

/** An archive of an image with layers of noise. */
async function archive(numbers: Random): Promise<Buffer> {
  const layers = [];
  for (let layer = 0; layer < LAYERS; layer++) {
    const body = Buffer.alloc(1 << 20);
    for (let at = 0; at < body.length; at += 4) body.writeUInt32LE(numbers.between(0, 0xffffffff), at);
    layers.push(await tarOf([{ header: { name: `file-${layer}`, type: 'file', size: body.length }, body }]));
  }
  const made = layers.map((bytes) => ({
    diffId: sha256(bytes),
    size: bytes.length,
    open: () => stream(bytes),
  }));
  return buffer(
    writeImageArchive([{ config: plainConfig(layers), layers: made, tags: [parseReference(APP)] }]),
  );
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minke-kill-'));
  engine = await startEngine('minke', { config: { 'live-restore': true } });
  registry = await startRegistryProcess({
    root: join(folder, 'registry'),
    listen: '127.0.0.1:5000',
    behind: ['nsenter', `--net=/run/netns/${engine.netns}`],
  });
  await writeFile(join(folder, 'app.tar'), await archive(random(seed)));
  await types(`load -q -i ${folder}/app.tar`);
  await types(`push -q ${APP}`);
});
after(async () => {
  await registry.end('SIGKILL');
  assert.deepEqual(await engine.stop(), []);
  await rm(folder, { recursive: true, force: true });
});

/** Nothing is damaged, and nothing is left that belongs to nobody. */
async function isClean(when: string): Promise<void> {
  const { code, stdout, stderr } = await run('system check');
  assert.equal(code, 0, `seed ${seed}: ${when}\n${stdout}${stderr}`);
}

interface Act {
  readonly name: string;
  /** The state from which it begins. */
  readonly from: readonly string[];
  readonly line: string;
}

const acts: readonly Act[] = [
  { name: 'pull', from: [`rmi -f ${APP}`, 'image prune -f'], line: `pull -q ${APP}` },
  { name: 'load', from: [`rmi -f ${APP}`, 'image prune -f'], line: 'load -q -i APP' },
  { name: 'push', from: ['load -q -i APP'], line: `push -q ${APP}` },
  { name: 'rmi', from: ['load -q -i APP'], line: `rmi -f ${APP}` },
  { name: 'collection', from: ['load -q -i APP'], line: 'image prune -af' },
];

for (const { name, from, line } of acts)
  test(`killed in the middle: ${name}`, { timeout: 600_000 }, async () => {
    const numbers = random(seed).fork(name);
    const real = (text: string): string => text.replace('APP', join(folder, 'app.tar'));
    for (let round = 0; round < ROUNDS; round++) {
      // What is to be gone may be gone.
      for (const step of from) await run(real(step));
      const acting = run(real(line));
      await pause(numbers.between(5, 60 + 120 * round));
      await engine.crash();
      await acting;
      await engine.up();
      await isClean(`round ${round}, after the kill`);
      const again = await run(real(line));
      const gone = /No such image/.test(again.stderr);
      assert.ok(again.code === 0 || (name === 'rmi' && gone), `seed ${seed}: ${line}\n${again.stderr}`);
      await isClean(`round ${round}, after the next try`);
    }
    await types(`pull -q ${APP}`);
    await isClean('at the end');
  });

test('killed while unused images are removed', { timeout: 600_000 }, async () => {
  const numbers = random(seed).fork('gc');
  for (let round = 0; round < ROUNDS; round++) {
    await types(`load -q -i ${folder}/app.tar`);
    const rules = { high: '1m', low: '0', 'min-age': '0s' };
    await writeFile(
      join(engine.dataRoot, '../daemon.json'),
      JSON.stringify({ 'image-gc': rules, 'live-restore': true }),
    );
    process.kill(engine.pid, 'SIGHUP');
    await pause(numbers.between(0, 40));
    await engine.crash();
    await writeFile(join(engine.dataRoot, '../daemon.json'), JSON.stringify({ 'live-restore': true }));
    await engine.up();
    await isClean(`round ${round}`);
  }
});
