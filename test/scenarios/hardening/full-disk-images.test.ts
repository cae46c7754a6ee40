/** A disk that fills up in the middle of a load and of a pull: refused in words, nothing half-made, the next try works. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { must } from '../../harness/command.ts';
import { startRegistryProcess } from '../../harness/registry/process.ts';
import type { Person } from '../person.ts';
import { aPersonOnSmallDisk } from './small-disk.ts';

const MB = 1024 * 1024;
/** What the engine leaves free of a disk, and a bit. */
const RESERVE = 256 * MB;
const APP = '127.0.0.1:5000/app:1';

test('a load and a pull on a full disk', { timeout: 600_000 }, async (t) => {
  const outside = await mkdtemp(join(tmpdir(), 'minke-outside-'));
  t.after(() => rm(outside, { recursive: true }));
  const person = await aPersonOnSmallDisk(t, '640m');
  const registry = await startRegistryProcess({
    root: join(outside, 'registry'),
    listen: '127.0.0.1:5000',
    behind: ['nsenter', `--net=/run/netns/${person.engine.netns}`],
  });
  try {
    await play(person, outside);
  } finally {
    // It sits in the engine's namespace, which has to be empty at the end.
    await registry.end('SIGKILL');
  }
});

async function play(person: Person, outside: string): Promise<void> {
  await person.types('docker run --name maker busybox dd if=/dev/urandom of=/noise bs=1M count=48');
  await person.types(`docker commit maker ${APP}`);
  await person.types('docker rm maker');
  await person.types(`docker save -o ${outside}/app.tar ${APP}`);
  await person.types(`docker push -q ${APP}`);
  await person.types(`docker rmi ${APP}`);

  const ballast = join(person.engine.dataRoot, 'ballast');
  const { bavail, bsize } = await statfs(person.engine.dataRoot);
  const room = 24 * MB;
  await must(['fallocate', '-l', String(bavail * bsize - RESERVE - room), ballast]);
  const clean = async (): Promise<void> => {
    assert.match(await person.types('docker system check'), /nothing is wrong/);
    assert.equal(await person.types("docker images --format '{{.Repository}}'"), 'busybox');
  };
  // Unpacked files may use the reserve, so nearly all of that goes too.
  await must(['fallocate', '-l', String(RESERVE - 2 * MB), `${ballast}2`]);
  for (const line of [`docker load -i ${outside}/app.tar`, `docker pull ${APP}`]) {
    await person.isRefused(line, /no space left on device/i);
    await clean();
    assert.equal(await person.types('docker run --rm busybox echo works'), 'works');
  }
  await rm(ballast);
  await rm(`${ballast}2`);
  await person.types(`docker load -q -i ${outside}/app.tar`);
  await person.types(`docker rmi ${APP}`);
  await person.types(`docker pull -q ${APP}`);
  assert.match(await person.types('docker system check'), /nothing is wrong/);
  await person.types(`docker rmi ${APP}`);
}
