import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPerson, webServer } from './person.ts';

test('a container lives: create, start, pause, unpause, stop, kill, rm', async (t) => {
  const person = await aPerson(t);
  const id = await person.types('docker create --name web busybox sleep 1000');
  assert.match(id, /^[0-9a-f]{64}$/);
  assert.equal(await person.types('docker start web'), 'web');
  assert.match(await person.types('docker ps'), /web$/m);
  await person.types('docker pause web');
  assert.match(await person.types('docker ps'), /\(Paused\)/);
  await person.types('docker unpause web');
  await person.types('docker restart -t 0 web');
  await person.types('docker stop -t 0 web');
  assert.match(await person.types('docker ps -a'), /Exited \(137\)/);
  await person.types('docker start web');
  await person.types('docker container kill --signal=9 web');
  await person.waitsFor('docker ps -a', /Exited \(137\)/);
  await person.types('docker rm web');
  await person.isRefused('docker start web', /No such container: web/);
});

test('one looks into a container: exec, top, logs, inspect, stats, diff, hostname', async (t) => {
  const person = await aPerson(t);
  await person.types(`docker run -d --name my-nginx --hostname my-nginx ${webServer('hello')}`);
  await person.waitsFor('docker exec my-nginx wget -qO- http://127.0.0.1/', /hello/);
  assert.equal(await person.types('docker exec my-nginx hostname'), 'my-nginx');
  assert.match(await person.types('docker exec my-nginx cat /etc/hosts'), /\smy-nginx$/m);
  assert.match(await person.types('docker top my-nginx'), /httpd/);
  assert.match(await person.types('docker exec my-nginx ps'), /httpd/);
  assert.match(await person.types('docker diff my-nginx'), /^A \/www\/index.html$/m);
  assert.match(await person.types('docker stats --no-stream my-nginx'), /my-nginx/);
  assert.equal(await person.types("docker inspect -f '{{.State.Status}}' my-nginx"), 'running');
  await person.types('docker exec my-nginx sh -c "echo seen > /proc/1/fd/1"');
  await person.waitsFor('docker container logs my-nginx', /seen/);
  const shell = await person.atTerminal('docker exec -it my-nginx sh', { press: 'tty\nexit 3\n' });
  assert.match(shell.stdout, /\/dev\/pts\/0/);
  assert.equal(shell.code, 3);
});

test('one leaves a terminal with ctrl-p ctrl-q and comes back', async (t) => {
  const person = await aPerson(t);
  await person.types('docker run -dit --name box busybox sh');
  const left = await person.atTerminal(
    'docker attach box',
    { press: 'echo here I am\n' },
    { after: /^here I am\r$/m, press: '\x10\x11' },
  );
  assert.equal(left.timedOut, false, 'the keys did not detach');
  assert.equal(await person.types("docker inspect -f '{{.State.Running}}' box"), 'true');
  await person.waitsFor('docker logs box', /here I am/);
  const back = await person.atTerminal('docker attach box', { press: 'exit 5\n' });
  assert.equal(back.code, 5);
});

test('all containers are stopped and removed by their list', async (t) => {
  const person = await aPerson(t);
  for (const name of ['one', 'two', 'three'])
    await person.types(`docker run -d --name ${name} busybox sleep 1000`);
  const running = (await person.types('docker container ls -q')).split('\n');
  assert.equal(running.length, 3);
  await person.types(`docker container stop -t 0 ${running.join(' ')}`);
  assert.equal(await person.types('docker container ls -q'), '');
  const all = (await person.types('docker container ls -aq')).split('\n');
  await person.types(`docker container rm -f ${all.join(' ')}`);
  assert.equal(await person.types('docker ps -aq'), '');
});

test('files are copied in and out', async (t) => {
  const person = await aPerson(t);
  await person.types('docker run -d --name my-nginx busybox sleep 1000');
  await person.types('docker cp /etc/hosts my-nginx:/tmp/hosts');
  const there = await person.types('docker exec my-nginx cat /tmp/hosts');
  await person.types('docker container cp my-nginx:/tmp/hosts $DIR/hosts');
  assert.equal(await person.onHost('cat $DIR/hosts'), there);
  assert.equal(await person.onHost('cat /etc/hosts'), there);
});

test('a container that cleans up after itself leaves nothing', async (t) => {
  const person = await aPerson(t);
  await person.types('docker container run -itd --name=testcontainer --rm busybox sh');
  assert.match(await person.types('docker ps'), /testcontainer/);
  await person.types('docker stop -t 0 testcontainer');
  await person.waitsFor('docker ps -aq', /^$/);
});

test('what a program said and how it ended comes back', async (t) => {
  const person = await aPerson(t);
  assert.equal(await person.isRefused('docker run --rm busybox sh -c "echo oops >&2; exit 42"', /oops/), 42);
  assert.equal(await person.isRefused('docker run --rm busybox no-such-program', /no-such-program/), 127);
  assert.equal(await person.isRefused('docker run --rm busybox /etc', /permission denied/i), 126);
  assert.equal(
    await person.isRefused('docker run --rm --memory 1k busybox true', /minimum|too small|less than/i),
    125,
  );
  assert.equal(await person.types('docker run --rm -i busybox wc -c', 'twelve bytes'), '12');
});
