/** Docker's own plugins run by ours, and ours run by docker as its plugin, on our engine. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { command } from '../../harness/command.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { MODERN_CLIENT } from '../../harness/engine/daemon.ts';
import { provide, startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';

const OURS = process.env.MINKE_CLI ?? resolve(import.meta.dirname, '../../../bin/minke');

await provide('docker28').catch(() => undefined);
const skip = existsSync(MODERN_CLIENT) ? false : "Docker's client and plugins are not to be had here";

let engine: Engine;
let folder: string;
before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'minke-cli-plugins-'));
  engine = await startEngine('minke');
  await loadBusybox(engine);
});
after(async () => {
  if (skip) return;
  const forced = await engine.stop();
  await rm(folder, { recursive: true, force: true });
  assert.deepEqual(forced, []);
});

const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  command([program, ...args], { env: { ...engine.env, ...env }, cwd: folder });

test("Docker's plugins are found and run", { skip }, async () => {
  const compose = await run(OURS, ['compose', 'version', '--short']);
  assert.match(compose.stdout, /^\d+\.\d+\.\d+/, compose.stderr);
  assert.match((await run(OURS, ['buildx', 'version'])).stdout, /buildx/);
  const info = await run(OURS, ['info', '-f', '{{range .ClientInfo.Plugins}}{{.Name}} {{end}}']);
  assert.equal(info.stdout.trim(), 'buildx compose');
});

test('compose brings a project up and down through ours', { skip }, async () => {
  const project =
    'services:\n  one:\n    image: busybox\n    command: sleep 300\n    stop_grace_period: 0s\n';
  await writeFile(join(folder, 'compose.yaml'), project);
  const up = await run(OURS, ['compose', '-p', 'ours', 'up', '-d']);
  assert.equal(up.code, 0, up.stderr);
  assert.equal((await run(OURS, ['ps', '--format', '{{.Names}}'])).stdout, 'ours-one-1\n');
  const down = await run(OURS, ['compose', '-p', 'ours', 'down']);
  assert.equal(down.code, 0, down.stderr);
  assert.equal((await run(OURS, ['ps', '-aq'])).stdout, '');
});

test('a plugin reaches the engine through `system dial-stdio` of ours', { skip }, async () => {
  const env = { DOCKER_CLI_PLUGIN_USE_DIAL_STDIO: '1' };
  const listed = await run(OURS, ['compose', 'ls', '--format', 'json'], env);
  assert.equal(listed.stdout.trim(), '[]', listed.stderr);
});

test('ours is a plugin of docker', { skip }, async () => {
  const config = join(folder, 'config');
  await mkdir(join(config, 'cli-plugins'), { recursive: true });
  await symlink(OURS, join(config, 'cli-plugins', 'docker-minke'));
  const env = { DOCKER_CONFIG: config };
  await run(OURS, ['run', '-d', '--name', 'seen', 'busybox', 'sleep', '300']);
  const through = await run(MODERN_CLIENT, ['minke', 'ps', '--format', '{{.Names}}'], env);
  assert.deepEqual([through.stdout, through.stderr, through.code], ['seen\n', '', 0]);
  assert.match((await run(MODERN_CLIENT, ['minke', 'explain', 'seen'], env)).stdout, /^docker minke run -d/);
  assert.equal((await run(MODERN_CLIENT, ['minke', 'exec', 'seen', 'sh', '-c', 'exit 5'], env)).code, 5);
  assert.match((await run(MODERN_CLIENT, ['help', 'minke'], env)).stdout, /^Usage: {2}docker minke/);
  const completed = await run(MODERN_CLIENT, ['__complete', 'minke', 'rm', 'se'], env);
  assert.match(completed.stdout, /^seen/m);
  await run(OURS, ['rm', '-f', 'seen']);
});
