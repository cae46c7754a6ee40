/**
 * The daemon's clock is set an hour ahead, an hour back and a day ahead while it works (libfaketime, which changes only
 * the time of day): nothing ends early, hangs, or is counted wrong. The test's own clock stays.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { until } from '../../harness/until.ts';
import { aPerson, type Person } from '../person.ts';

const HOUR = 3600;
const LIBRARIES = '/usr/lib';

async function libfaketime(): Promise<string> {
  for (const triplet of await readdir(LIBRARIES)) {
    const folder = join(LIBRARIES, triplet, 'faketime');
    const library = join(folder, 'libfaketime.so.1');
    if (existsSync(library)) return library;
  }
  throw new Error('libfaketime is missing: sh scripts/install-host-packages.sh test');
}

interface Clock {
  readonly person: Person;
  /** Sets the daemon's clock so many seconds ahead of the host's, and waits until it says so. */
  set(ahead: number): Promise<void>;
}

const InfoSchema = v.object({ SystemTime: v.string(), NEventsListener: v.number() });
const info = async ({ engine }: Person) => v.parse(InfoSchema, (await engine.api('GET', '/info')).json);

const HealthSchema = v.object({
  State: v.object({ Health: v.object({ Log: v.array(v.object({ Start: v.string() })) }) }),
});

/** When the last probes of a container's health began. */
async function probes({ engine }: Person, name: string): Promise<string[]> {
  const { json } = await engine.api('GET', `/containers/${name}/json`);
  return v.parse(HealthSchema, json).State.Health.Log.map(({ Start }) => Start);
}

async function aClock(t: TestContext): Promise<Clock> {
  const folder = await mkdtemp(join(tmpdir(), 'minke-clock-'));
  const file = join(folder, 'ahead');
  await writeFile(file, '+0');
  const env = {
    LD_PRELOAD: await libfaketime(),
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    // The library makes shared memory of its own, which a killed daemon would leave.
    FAKETIME_DISABLE_SHM: '1',
  };
  let person: Person;
  try {
    person = await aPerson(t, { env, config: { 'live-restore': true } });
  } finally {
    t.after(() => rm(folder, { recursive: true }));
  }
  return {
    person,
    async set(ahead) {
      await writeFile(`${file}.new`, `${ahead < 0 ? '' : '+'}${ahead}`);
      await rename(`${file}.new`, file);
      await until(`the daemon to be ${ahead} s ahead`, async () => {
        const says = Date.parse((await info(person)).SystemTime);
        return Math.abs(says - Date.now() - ahead * 1000) < 60_000;
      });
    },
  };
}

test('a clock that is set moves no deadline', { timeout: 600_000 }, async (t) => {
  const { person, set } = await aClock(t);
  const inspect = (format: string, name: string) => person.types(`docker inspect -f '${format}' ${name}`);

  await person.types(
    'docker run -d --name healthy --health-cmd true --health-interval 300ms busybox sleep 1000',
  );
  await person.types(
    'docker run -d --name talks busybox sh -c "i=0; while :; do echo $i; i=$((i+1)); sleep 0.05; done"',
  );
  const pid = await inspect('{{.State.Pid}}', 'healthy');
  for (const ahead of [HOUR, -HOUR, 24 * HOUR, 0]) {
    await set(ahead);
    const before = new Set(await probes(person, 'healthy'));
    await until('five more probes', async () => {
      const now = await probes(person, 'healthy');
      return now.length === 5 && !now.some((start) => before.has(start));
    });
    assert.equal(await inspect('{{.State.Health.Status}} {{.State.Pid}}', 'healthy'), `healthy ${pid}`);
  }

  // It needs a second for its farewell: a deadline that jumps with the clock would not let it.
  const polite = 'trap "sleep 1; exit 7" TERM; echo ready; while :; do sleep 0.1; done';
  await person.types(`docker run -d --name polite busybox sh -c '${polite}'`);
  await person.waitsFor('docker logs polite', /ready/);
  await Promise.all([person.types('docker stop -t 60 polite'), set(24 * HOUR)]);
  assert.equal(await inspect('{{.State.ExitCode}}', 'polite'), '7');

  // A deadline that went back an hour with the clock would be waited for in vain.
  const deaf = 'trap "" TERM; echo ready; while :; do sleep 0.1; done';
  await person.types(`docker run -d --name deaf busybox sh -c '${deaf}'`);
  await person.waitsFor('docker logs deaf', /ready/);
  await Promise.all([person.types('docker stop -t 2 deaf'), set(-HOUR)]);
  assert.equal(await inspect('{{.State.ExitCode}}', 'deaf'), '137');

  // The waits between restarts, and that each counts as a short run.
  await person.types('docker run -d --name fails --restart on-failure:5 busybox sh -c "exit 3"');
  await set(24 * HOUR);
  await set(0);
  await person.waitsFor("docker inspect -f '{{.RestartCount}} {{.State.Status}}' fails", /^5 exited$/);

  const log = (await person.types('docker logs talks')).split('\n');
  assert.deepEqual(
    log,
    log.map((_, at) => String(at)),
  );
  assert.equal(await inspect('{{.State.Status}} {{.RestartCount}}', 'talks'), 'running 0');
});

test('streams end and go on while the clock is set, and records survive', { timeout: 600_000 }, async (t) => {
  const { person, set } = await aClock(t);
  const { engine } = person;
  await person.types(
    'docker run -d --name talks busybox sh -c "i=0; while :; do echo $i; i=$((i+1)); sleep 0.05; done"',
  );
  const soon = Math.floor(Date.now() / 1000) + 6;
  let over = false;
  const events = engine.api('GET', `/events?until=${soon}`).finally(() => {
    over = true;
  });
  const followed = engine.docker(['logs', '-f', 'talks']);
  // A machine that takes longer than that for it has nobody who listens any more.
  await until('somebody to listen', async () => over || (await info(person)).NEventsListener > 0);
  await set(-HOUR);
  // Its end was known when the stream began.
  assert.equal((await events).status, 200);
  await person.types('docker run --name early busybox true');
  await set(HOUR);
  await person.types('docker run --name late busybox true');
  const now = Math.floor(Date.now() / 1000);
  const made = await person.types(
    `docker events --since ${now - 2 * HOUR} --until ${now + HOUR + 2} --filter event=create --format {{.Actor.Attributes.name}}`,
  );
  // In the order in which it happened, whatever the clock said.
  assert.deepEqual(made.split('\n').slice(-3), ['talks', 'early', 'late']);

  // A new daemon finds records of the future.
  await set(0);
  await engine.crash();
  await engine.up();
  await person.types('docker stop -t 0 talks');
  const lines = (await followed).stdout.trimEnd().split('\n');
  assert.deepEqual(
    lines,
    lines.map((_, at) => String(at)),
  );
  const names = (await person.types("docker ps -a --format '{{.Names}}'")).split('\n').sort();
  assert.deepEqual(names, ['early', 'late', 'talks']);
  assert.equal(await person.types('docker start -a late'), '');
});
