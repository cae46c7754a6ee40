import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPerson } from './person.ts';

test('restart policies when a program fails, is stopped by hand, and the daemon starts again', async (t) => {
  const person = await aPerson(t);
  await person.types('docker run -itd --name caseone --restart=no busybox sh');
  await person.types('docker run -d --name casetwo --restart=on-failure:2 busybox sh -c "echo try; exit 1"');
  await person.types('docker run -itd --name casethree --restart=always busybox sh');
  await person.types('docker run -itd --name casefour --restart=unless-stopped busybox sh');
  await person.types('docker run -itd --name casefive --restart=unless-stopped busybox sh');
  await person.waitsFor("docker inspect -f '{{.RestartCount}} {{.State.Status}}' casetwo", /^2 exited/);
  assert.equal((await person.types('docker logs casetwo')).split('\n').length, 3);
  await person.types('docker stop -t 0 casethree casefour');
  assert.equal(await person.types("docker ps --format '{{.Names}}' --filter name=case"), 'casefive\ncaseone');

  await person.engine.down();
  await person.engine.up();
  // Stopped by hand: always comes back with the daemon, unless-stopped does not.
  await person.waitsFor("docker ps --format '{{.Names}}' --filter name=casethree", /casethree/);
  await person.waitsFor("docker ps --format '{{.Names}}' --filter name=casefive", /casefive/);
  assert.equal(await person.types("docker ps --format '{{.Names}}' --filter name=casefour"), '');
  assert.equal(await person.types("docker ps --format '{{.Names}}' --filter name=caseone"), '');
});

test('live restore: containers run on while the daemon is away', async (t) => {
  const person = await aPerson(t, { config: { 'live-restore': true } });
  await person.types('docker run -d --name worker busybox sleep 1000');
  const pid = await person.types("docker inspect -f '{{.State.Pid}}' worker");
  await person.engine.down();
  assert.match(await person.onHost(`cat /proc/${pid}/cmdline`), /sleep/);
  await person.engine.up();
  assert.equal(
    await person.types("docker inspect -f '{{.State.Pid}} {{.State.Running}}' worker"),
    `${pid} true`,
  );
  assert.equal(await person.types('docker exec worker echo still here'), 'still here');
});
