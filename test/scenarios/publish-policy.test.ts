/** Publish policies of the daemon's settings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../harness/until.ts';
import { aPerson, type Person, webServer } from './person.ts';

const answers = async (person: Person, address: string): Promise<boolean> =>
  (await person.engine.inside(['busybox', 'wget', '-qO-', `http://${address}/`])).code === 0;

test('localhost-first: a port that names no address is the host’s own', async (t) => {
  const person = await aPerson(t, { config: { 'publish-policy': 'localhost-first' } });
  await person.onHost('ip address add 192.0.2.1/32 dev lo');
  const quiet = await person.types(`docker run -d --name web -p 8080:80 ${webServer('page')}`);
  assert.match(quiet, /^[0-9a-f]{64}$/);
  assert.match(
    await person.types('docker port web'),
    /^80\/tcp -> 127\.0\.0\.1:8080(\n80\/tcp -> \[::1\]:8080)?$/,
  );
  await until('the server', () => answers(person, '127.0.0.1:8080'));
  assert.ok(!(await answers(person, '192.0.2.1:8080')));
  const loud = await person.types(`docker run -d --name wide -p 0.0.0.0:8081:80 ${webServer('page')}`);
  assert.match(loud, /WARNING: Port 80\/tcp is published on all addresses/);
  await until('the other server', () => answers(person, '192.0.2.1:8081'));
});

test('firewalled: the host’s own rules decide who reaches a published port', async (t) => {
  const person = await aPerson(t, { config: { 'publish-policy': 'firewalled', 'live-restore': true } });
  await person.types(`docker run -d --name web -p 8080:80 ${webServer('page')}`);
  await until('the server', () => answers(person, '127.0.0.1:8080'));
  const rules = () => person.onHost('iptables-save');
  assert.doesNotMatch(await rules(), /8080/);
  await person.onHost('iptables -I INPUT -p tcp --dport 8080 -j REJECT');
  assert.ok(!(await answers(person, '127.0.0.1:8080')));
  await person.onHost('iptables -D INPUT -p tcp --dport 8080 -j REJECT');
  await person.engine.crash();
  await person.engine.up();
  assert.doesNotMatch(await rules(), /8080/);
  assert.ok(await answers(person, '127.0.0.1:8080'));
});
