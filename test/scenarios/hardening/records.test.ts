/** Files of state that can't be read are moved aside with a word in the log, and everything else works. */
import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathsBelow } from '../../harness/files-below.ts';
import { aPerson } from '../person.ts';

const below = async (folder: string, fits: RegExp): Promise<string[]> =>
  (await pathsBelow(folder)).filter((path) => fits.test(path));

test('a truncated record costs its own thing and nothing else', { timeout: 600_000 }, async (t) => {
  const person = await aPerson(t, { config: { 'live-restore': true } });
  const { engine } = person;
  await person.types('docker network create kept-net');
  await person.types('docker network create lost-net');
  await person.types('docker volume create --label kept=1 kept-volume');
  await person.types('docker run -d --name kept --network kept-net busybox sleep 1000');
  await person.types('docker run --name lost busybox sh -c "echo precious > /file"');
  const lost = await person.types("docker inspect -f '{{.Id}}' lost");
  const network = await person.types("docker network inspect -f '{{.Id}}' lost-net");

  await engine.crash();
  const record = join(engine.dataRoot, 'containers', lost, 'config.v2.json');
  const whole = await readFile(record);
  await truncate(record, 100);
  const [networkRecord = ''] = await below(join(engine.dataRoot, 'network'), new RegExp(network));
  assert.notEqual(networkRecord, '', 'a network has a file of its own');
  await writeFile(networkRecord, '{"version":');
  await engine.up();

  assert.equal(await person.types("docker ps -a --format '{{.Names}}'"), 'kept');
  assert.equal(await person.types('docker exec kept echo works'), 'works');
  assert.doesNotMatch(await person.types('docker network ls'), /lost-net/);
  assert.match(await person.types('docker network ls'), /kept-net/);
  assert.match(await person.types('docker volume inspect kept-volume'), /"kept": "1"/);
  await person.types('docker run --rm busybox true');

  // Without its record nobody knows whose it is, so it is left to people.
  await person.onHost(`ip link delete br-${network.slice(0, 12)}`);
  const aside = await below(engine.dataRoot, /\.broken-/);
  assert.equal(aside.length, 2, aside.join('\n'));
  const log = await engine.log();
  for (const path of aside) assert.ok(log.includes(path), `the log does not speak of ${path}`);
  assert.equal((await readFile(aside.find((path) => path.startsWith(record)) ?? '')).length, 100);

  // What it wrote was kept for whoever can mend the record.
  await engine.down();
  await writeFile(record, whole);
  await engine.up();
  assert.match(await person.types('docker cp lost:/file -'), /precious/);
});

test('a layer that was made here outlives its record', { timeout: 600_000 }, async (t) => {
  const person = await aPerson(t, { config: { 'live-restore': true } });
  const { engine } = person;
  await person.types('docker run --name maker busybox sh -c "echo precious > /made"');
  await person.types('docker commit maker made:1');
  await person.types('docker run -d --name runs made:1 sleep 1000');
  const records = await below(join(engine.dataRoot, 'image'), /\/layer\.json$/);
  assert.equal(records.length, 2, records.join('\n'));

  await engine.crash();
  for (const record of records) await truncate(record, 100);
  await engine.up();
  assert.equal(await person.types('docker exec runs cat /made'), 'precious');
  assert.equal(await person.types('docker run --rm made:1 cat /made'), 'precious');
  assert.match(await person.types('docker system check'), /nothing is wrong/);
  assert.equal((await engine.log()).match(/record of layer .* was made anew/g)?.length, 2);
});
