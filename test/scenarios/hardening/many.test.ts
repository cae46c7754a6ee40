/** Many at once: clients, containers, and more open files than there may be. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { must } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';
import { aPerson } from '../person.ts';

const CLIENTS = 200;

test('two hundred clients at once are all answered', { timeout: 600_000 }, async (t) => {
  const { engine } = await aPerson(t);
  const one = async (at: number): Promise<void> => {
    const name = `many${at}`;
    const created = await engine.api('POST', `/containers/create?name=${name}`, {
      Image: 'busybox',
      Cmd: ['sh', '-c', `echo ${name}; exit ${at % 7}`],
    });
    assert.equal(created.status, 201, created.text);
    const started = await engine.api('POST', `/containers/${name}/start`);
    assert.equal(started.status, 204, started.text);
    const { json } = await engine.api('POST', `/containers/${name}/wait`);
    assert.deepEqual(json, { StatusCode: at % 7 });
    const { text } = await engine.api('GET', `/containers/${name}/logs?stdout=1`);
    assert.ok(text.endsWith(`${name}\n`), text);
    const removed = await engine.api('DELETE', `/containers/${name}`);
    assert.equal(removed.status, 204, removed.text);
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, at) => one(at)));
  const { json } = await engine.api('GET', '/containers/json?all=1');
  assert.deepEqual(json, []);
});

test('a daemon out of descriptors refuses, and goes on when there are some again', {
  timeout: 600_000,
}, async (t) => {
  const person = await aPerson(t);
  const { engine } = person;
  await person.types('docker run -d --name box busybox sleep 1000');
  const limits = await must([
    'prlimit',
    `--pid=${engine.pid}`,
    '--nofile',
    '--output=SOFT,HARD',
    '--noheadings',
  ]);
  const [soft = '', hard = ''] = limits.trim().split(/\s+/);
  const open = Number(await must(['sh', '-c', `ls /proc/${engine.pid}/fd | wc -l`]));
  await must(['prlimit', `--pid=${engine.pid}`, `--nofile=${open + 2}:${hard}`]);
  // More than it may have: some are sent away, and that is how the test knows that the limit holds.
  let sentAway = 0;
  const idle = Array.from({ length: 30 }, () => {
    const socket = connect(engine.socket);
    socket.on('error', () => {});
    return socket.on('close', () => {
      sentAway += 1;
    });
  });
  await until('connections to be refused', () => sentAway > 0);
  // Whatever comes now may fail, but not the daemon.
  await Promise.all(
    idle.map(() => engine.api('POST', '/containers/box/exec', { Cmd: ['true'] }).catch(() => null)),
  );
  for (const socket of idle) socket.destroy();
  await must(['prlimit', `--pid=${engine.pid}`, `--nofile=${soft}:${hard}`]);
  await until('the daemon to answer again', async () => {
    const answer = await engine.api('GET', '/_ping').catch(() => undefined);
    return answer?.status === 200;
  });
  assert.equal(await person.types('docker exec box echo works'), 'works');
  await person.types('docker run --rm busybox true');
});
