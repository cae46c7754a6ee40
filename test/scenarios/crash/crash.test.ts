/**
 * Twenty containers each write a numbered line every 10 ms while the daemon and its keeper are killed with SIGKILL,
 * together and each alone. Afterwards all run, none was restarted, no number is missing or doubled in their logs.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { killKeeper } from '../../crash/kills.ts';
import { until } from '../../harness/until.ts';
import { aPerson } from '../person.ts';

const COUNT = 20;
// `read -t` waits within the shell: no process is started for a line.
const COUNTING =
  'mkfifo /wait; exec 3<>/wait; i=0; while :; do echo $i; i=$((i+1)); read -t 0.01 x <&3; done';

/** Numbers in a log, checked to be 0, 1, 2, … */
function assertWhole(name: string, log: string): number {
  const lines = log.split('\n').filter((line) => line !== '');
  const wrong = lines.findIndex((line, at) => line !== String(at));
  assert.equal(
    wrong,
    -1,
    `${name}: after ${lines[wrong - 1]} comes ${lines[wrong]} (line ${wrong + 1} of ${lines.length})`,
  );
  return lines.length;
}

test('killed daemon and keeper: no container ends, no line is lost or doubled', {
  timeout: 600_000,
}, async (t) => {
  const person = await aPerson(t, { config: { 'live-restore': true } });
  const { engine } = person;
  const names = Array.from({ length: COUNT }, (_, at) => `counter${at}`);
  for (const name of names) await person.types(`docker run -d --name ${name} busybox sh -c '${COUNTING}'`);
  const pids = await person.types(`docker inspect -f '{{.State.Pid}}' ${names.join(' ')}`);
  const last = async () => Number((await person.types('docker logs --tail 1 counter0')) || -1);
  const goesOn = async () => {
    const before = await last();
    await until('the log to go on', async () => (await last()) > before + 20);
  };
  await goesOn();

  const outages: readonly (readonly [string, () => Promise<void>])[] = [
    ['both at once', async () => void (await Promise.all([killKeeper(engine), engine.crash()]))],
    ['the daemon alone', () => engine.crash()],
    ['the keeper alone', () => killKeeper(engine)],
    ['both again', async () => void (await Promise.all([engine.crash(), killKeeper(engine)]))],
  ];
  for (const [what, outage] of outages) {
    await t.test(`killed: ${what}`, async () => {
      await outage();
      // The containers write on meanwhile, more than a read at once takes.
      await pause(700);
      if (engine.pid === 0) await engine.up();
      await goesOn();
      assert.equal(await person.types(`docker inspect -f '{{.State.Pid}}' ${names.join(' ')}`), pids);
    });
  }
  await t.test('a container that ends while nobody looks has its exit status', async () => {
    const program = 'trap "echo bye; exit 7" USR1; echo ready; while :; do sleep 0.1; done';
    await person.types(`docker run -d --name ends busybox sh -c '${program}'`);
    await person.waitsFor('docker logs ends', /ready/);
    const pid = Number(await person.types("docker inspect -f '{{.State.Pid}}' ends"));
    await Promise.all([engine.crash(), killKeeper(engine)]);
    process.kill(pid, 'SIGUSR1');
    await until('the container to end', () => !existsSync(`/proc/${pid}`));
    await engine.up();
    await person.waitsFor("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' ends", /^exited 7$/);
    assert.equal(await person.types('docker logs ends'), 'ready\nbye');
  });
  await person.types(`docker stop -t 0 ${names.join(' ')}`);
  let total = 0;
  for (const name of names) total += assertWhole(name, await person.types(`docker logs ${name}`));
  t.diagnostic(`${total} lines from ${COUNT} containers`);
});
