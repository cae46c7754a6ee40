/** A disk that is full: refused in words, nothing half-made, and all is well once there is room. */
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../harness/until.ts';
import { aPersonOnSmallDisk } from './small-disk.ts';

const MB = 1024 * 1024;

test('containers outlive a full disk', { timeout: 600_000 }, async (t) => {
  const person = await aPersonOnSmallDisk(t, '384m', { config: { 'live-restore': true } });
  await person.types('docker run -d --name writer busybox sh -c "while :; do echo line; sleep 0.05; done"');
  await person.types('docker run -d --name quiet busybox sleep 1000');
  const ballast = join(person.engine.dataRoot, 'ballast');
  for (let size = 1; ; size++) {
    try {
      await writeFile(ballast, Buffer.alloc(MB), { flag: 'a' });
    } catch {
      break;
    }
    assert.ok(size < 500, 'the disk never fills');
  }
  await person.isRefused(
    'docker run --name big busybox dd if=/dev/zero of=/file bs=1M count=8',
    /No space left|no space left/,
  );
  assert.match(await person.types("docker ps --format '{{.Names}}'"), /writer/);
  assert.match(await person.types('docker top quiet'), /sleep 1000/);
  await rm(ballast);
  assert.equal(await person.types('docker exec quiet echo still there'), 'still there');

  await person.types('docker run --rm busybox true');
  const before = (await person.types('docker logs writer')).split('\n').length;
  await until(
    'the log to go on',
    async () => (await person.types('docker logs writer')).split('\n').length > before,
  );
  const lines = (await person.types('docker logs writer')).split('\n');
  assert.deepEqual([...new Set(lines)], ['line'], 'no half line stays in the log');

  await person.engine.crash();
  await person.engine.up();
  assert.match(await person.types("docker ps --format '{{.Names}}'"), /quiet/);
  const pid = await person.types("docker inspect -f '{{.State.Pid}}' quiet");
  assert.match(await readFile(`/proc/${pid}/cmdline`, 'utf8'), /sleep/);
});
