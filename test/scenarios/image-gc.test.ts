/** Images that nobody uses go by themselves above a mark, the longest unused first. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../harness/until.ts';
import { aPerson, type Person } from './person.ts';

const MB = 1024 * 1024;

/** An image with so many MiB of its own. */
async function make(person: Person, name: string, mib: number): Promise<void> {
  await person.types(`docker run --name maker busybox dd if=/dev/urandom of=/${name} bs=1M count=${mib}`);
  await person.types(`docker commit maker ${name}:1`);
  await person.types('docker rm maker');
}

const names = async (person: Person): Promise<string> =>
  (await person.types("docker images --format '{{.Repository}}'")).split('\n').sort().join(' ');

test('above the high mark images go down to the low one; those in use stay', {
  timeout: 600_000,
}, async (t) => {
  const person = await aPerson(t);
  const size = Number(await person.types("docker image inspect -f '{{.Size}}' busybox"));
  for (const name of ['one', 'two', 'three']) await make(person, name, 4);
  await person.types('docker create --name holder one:1 true');
  assert.doesNotMatch(await person.types('docker info'), /Image GC/);
  assert.equal(await names(person), 'busybox one three two', 'off by default');

  // Used later than `three`, so `three` goes first.
  await person.types('docker run --rm two:1 true');
  const mark = (mib: number): string => `${size + mib * MB}b`;
  const rules = { high: mark(11), low: mark(9), 'min-age': '0s' };
  await writeFile(join(person.engine.dataRoot, '../daemon.json'), JSON.stringify({ 'image-gc': rules }));
  process.kill(person.engine.pid, 'SIGHUP');
  await until('an image to go', async () => (await names(person)) === 'busybox one two' || undefined);
  assert.match(await person.types('docker info'), /Image GC: high=\d+b,low=\d+b,min-age=0s/);

  await make(person, 'four', 4);
  await until('the next one to go', async () => (await names(person)) === 'busybox four one' || undefined);
  const events =
    "docker events --since 1h --until 0s --filter type=image --filter event=delete --format '{{json .Actor.Attributes}}'";
  await person.waitsFor(events, /^(.*"reason":"image-gc".*\n?){2}$/);
  assert.match(await person.types('docker system check'), /nothing is wrong/);
  await person.types('docker start -a holder');
  await person.types('docker rm holder');
});

test('what is younger than min-age stays, however full it is', { timeout: 600_000 }, async (t) => {
  const person = await aPerson(t, { config: { 'image-gc': { high: '1b', low: '0b', 'min-age': '1h' } } });
  await make(person, 'young', 1);
  await make(person, 'younger', 1);
  assert.equal(await names(person), 'busybox young younger');
});
