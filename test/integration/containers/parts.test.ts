/** Parts of volumes and images (`volume-subpath`, `image-subpath`): they are mounted, and nothing else is. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { until } from '../../harness/until.ts';

let engine: Engine;
let root = '';
const parts = (): Promise<string[]> => readdir(join(engine.execRoot, 'parts'));
const bound = async (): Promise<string[]> =>
  (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .filter((line) => line.includes(join(engine.execRoot, 'parts')));

/** What a run held is given back behind its end. */
const nothingLeft = (): Promise<true> =>
  until('parts to be taken away', async () => (await parts()).length === 0 && (await bound()).length === 0);

async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await engine.docker(args);
  assert.equal(code, 0, stderr);
  return stdout;
}

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'minke-parts-'));
  await mkdir(join(root, 'canary'), { mode: 0o700 });
  await writeFile(join(root, 'canary/witness'), 'witness', { mode: 0o600 });
  engine = await startEngine('minke');
  await loadBusybox(engine);
  const fill =
    'mkdir -p /v/a/b; echo one >/v/a/file; ln -s a /v/near; ln -s a/file /v/nearfile; ln -s "$0" /v/far; ln -s /v/a /v/abs';
  await docker('run', '--rm', '--volume', 'vol:/v', 'busybox', 'sh', '-c', fill, join(root, 'canary'));
});

after(async () => {
  const left = await engine.stop();
  await rm(root, { recursive: true, force: true });
  assert.deepEqual(left, []);
});

const volume = (subpath: string): string[] => [
  '--mount',
  `type=volume,src=vol,dst=/d,volume-subpath=${subpath}`,
];
const image = (subpath: string): string[] => [
  '--mount',
  `type=image,src=busybox,dst=/d,image-subpath=${subpath}`,
];

test('a folder, a file, and what links that stay in the volume lead to', async () => {
  for (const [subpath, command, expected] of [
    ['a', 'ls /d', 'b\nfile\n'],
    ['near', 'ls /d', 'b\nfile\n'],
    ['a/../a/b', 'ls /d', ''],
    ['a/file', 'cat /d', 'one\n'],
    ['nearfile', 'cat /d', 'one\n'],
  ] as const)
    assert.equal(await docker('run', '--rm', ...volume(subpath), 'busybox', 'sh', '-c', command), expected);
  await docker('run', '--rm', ...volume('a'), 'busybox', 'touch', '/d/made');
  assert.match(await docker('run', '--rm', '--volume', 'vol:/v', 'busybox', 'ls', '/v/a'), /made/);
  assert.match(await docker('run', '--rm', ...image('bin'), 'busybox', 'ls', '/d'), /busybox/);
  const write = await engine.docker(['run', '--rm', ...image('bin'), 'busybox', 'touch', '/d/x']);
  assert.match(write.stderr, /Read-only file system/);
  await nothingLeft();
});

test('what leads out, or nowhere', async () => {
  const refused = async (mount: string[], words: RegExp) => {
    const { code, stderr } = await engine.docker(['run', '--rm', ...mount, 'busybox', 'true']);
    assert.ok(code === 125 || code === 127, String(code));
    assert.match(stderr, words);
  };
  for (const path of ['far', 'far/witness', 'abs', 'a/../near/../far'])
    await refused(volume(path), /path concatenation escapes the base directory/);
  for (const path of ['../x', '/etc', 'a/../..']) await refused(volume(path), /must be a relative path/);
  await refused(volume('none'), /cannot access path .*\/none: lstat .*: no such file or directory/);
  await refused(image('none'), /cannot access path/);
  await nothingLeft();
});

test('a part that is swapped for a link while containers start is never the link', async () => {
  const swap =
    'mkdir /v/s; echo inside >/v/s/witness; ln -s "$0" /v/t; while true; do mv /v/s /v/u; mv /v/t /v/s; mv /v/s /v/t; mv /v/u /v/s; done';
  await docker(
    'run',
    '-d',
    '--name',
    'swapper',
    '-v',
    'vol:/v',
    'busybox',
    'sh',
    '-c',
    swap,
    join(root, 'canary'),
  );
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 25; round++) {
    const { stdout, stderr } = await engine.docker([
      'run',
      '--rm',
      ...volume('s'),
      'busybox',
      'cat',
      '/d/witness',
    ]);
    const outcome = stdout.trim() || (/escapes the base|cannot access path/.exec(stderr)?.[0] ?? stderr);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  await docker('rm', '--force', 'swapper');
  for (const outcome of outcomes.keys())
    assert.ok(['inside', 'escapes the base', 'cannot access path'].includes(outcome), outcome);
  await nothingLeft();
});

test('cp goes the same way, also after the end', async () => {
  await docker('run', '--detach', '--name', 'copied', ...volume('a'), 'busybox', 'sleep', '1000');
  for (const state of ['running', 'ended']) {
    if (state === 'ended') await docker('kill', 'copied');
    await docker('cp', 'copied:/d/file', join(root, state));
    assert.equal(await readFile(join(root, state), 'utf8'), 'one\n');
  }
  await nothingLeft();
  await docker('rm', 'copied');
});

test('parts outlive the daemon with their containers, and go with those that ended meanwhile', async () => {
  for (const name of ['stays', 'ends']) {
    await docker('run', '--detach', '--name', name, ...volume('a'), 'busybox', 'sleep', '1000');
  }
  const { stdout } = await engine.docker(['inspect', '--format', '{{.State.Pid}}', 'ends']);
  await engine.crash();
  process.kill(Number(stdout), 'SIGKILL');
  await engine.up();
  assert.equal(await docker('exec', 'stays', 'cat', '/d/file'), 'one\n');
  await until('the part of the one that ended to go', async () => (await parts()).length === 1);
  await docker('rm', '--force', 'stays', 'ends');
  await nothingLeft();
  assert.match(await docker('run', '--rm', '-v', 'vol:/v', 'busybox', 'cat', '/v/a/file'), /one/);
});
