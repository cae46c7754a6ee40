/** A data root without room: clear errors, nothing lost, nobody down, and all is well once there is room again. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { must } from '../../harness/command.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { until } from '../../harness/until.ts';

let engine: Engine;
let disk = '';

before(async () => {
  disk = await mkdtemp(join(tmpdir(), 'minke-full-'));
  // Images are only taken while 256 MB stay free.
  await must(['mount', '-t', 'tmpfs', '-o', 'size=320m', 'tmpfs', disk]);
  await mkdir(join(disk, 'data'));
  engine = await startEngine('minke', { flags: [`--data-root=${disk}/data`] });
  await loadBusybox(engine);
});

after(async () => {
  const left = await engine.stop();
  await must(['umount', disk]);
  await rmdir(disk);
  assert.deepEqual(left, []);
});

async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await engine.docker(args);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

test('a full disk', async () => {
  const count = 'i=0; while true; do i=$((i+1)); echo $i; sleep 0.02; done';
  await docker('run', '--detach', '--name', 'counter', 'busybox', 'sh', '-c', count);
  const pid = engine.pid;
  await engine.docker(['run', '--name', 'filler', 'busybox', 'dd', 'if=/dev/zero', 'of=/fill', 'bs=1M']);

  for (const args of [
    ['create', '--name', 'more', 'busybox'],
    ['run', '--name', 'more', 'busybox', 'true'],
    ['volume', 'create', 'more'],
    ['network', 'create', 'more'],
    ['cp', '/etc/services', 'counter:/file'],
    ['commit', 'counter', 'more:1'],
    ['rename', 'counter', 'more'],
    ['import', '/bin/true', 'more:1'],
  ]) {
    const { code, stderr } = await engine.docker(args);
    assert.notEqual(code, 0, args.join(' '));
    if (args[0] !== 'import') assert.match(stderr, /no space left on device|ENOSPC/, args.join(' '));
  }
  // What needs no room goes on.
  assert.equal(await docker('exec', 'counter', 'echo', 'still'), 'still\n');
  assert.match(await docker('logs', '--tail', '1', 'counter'), /^\d+\n$/);
  assert.match(await docker('ps', '--all', '--format', '{{.Names}} {{.Status}}'), /counter Up/);

  await docker('rm', 'filler');
  const last = Number((await docker('logs', '--tail', '1', 'counter')).trim());
  await until('lines to be written again', async () => {
    return Number((await docker('logs', '--tail', '1', 'counter')).trim()) > last + 20;
  });
  const lines = (await docker('logs', 'counter')).trim().split('\n').map(Number);
  // Lines that found no room are left out; what is there is whole, in order, and once.
  const sorted = [...new Set(lines)].sort((a, b) => a - b);
  assert.deepEqual(lines, sorted);
  assert.ok(lines.every(Number.isInteger));
  assert.equal(await docker('run', '--rm', 'busybox', 'echo', 'room'), 'room\n');
  await docker('rename', 'counter', 'renamed');
  assert.equal(engine.pid, pid);
  await engine.crash();
  await engine.up();
  assert.match(await docker('ps', '--format', '{{.Names}}'), /^renamed$/m);
});
