/** Names of containers: answered whoever is dead, and always as things are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killKeeper } from '../crash/kills.ts';
import { command } from '../harness/command.ts';
import { until } from '../harness/until.ts';
import { aPerson, type Person, webServer } from './person.ts';

const pidOf = (person: Person, name: string): Promise<string> =>
  person.types(`docker inspect -f '{{.State.Pid}}' ${name}`);

/** The address that a process of the container finds for a name, without help of the engine's API; null: none. */
async function lookup(pid: string, name: string): Promise<string | null> {
  const argv = ['nsenter', `--net=/proc/${pid}/ns/net`, 'busybox', 'nslookup', name, '127.0.0.11'];
  const { stdout } = await command(argv);
  return /Name:.*\nAddress:\s+(?:1: )?(\S+)/.exec(stdout)?.[1] ?? null;
}

test('names are answered while the daemon is dead, and by the next keeper', async (t) => {
  const person = await aPerson(t, { config: { 'live-restore': true } });
  const { engine } = person;
  await person.types('docker network create shop');
  await person.types('docker run -d --name db --network shop --network-alias store busybox sleep 3600');
  await person.types('docker run -d --name web --network shop busybox sleep 3600');
  const address = await person.types("docker inspect -f '{{.NetworkSettings.Networks.shop.IPAddress}}' db");
  const pid = await pidOf(person, 'web');
  for (const name of ['db', 'store', 'db.shop']) assert.equal(await lookup(pid, name), address, name);

  await engine.crash();
  assert.equal(await lookup(pid, 'db'), address, 'the daemon is dead');
  await killKeeper(engine);
  await engine.up();
  await until('the next keeper to answer', async () => (await lookup(pid, 'store')) === address);

  await killKeeper(engine);
  await until('a keeper under a living daemon', async () => (await lookup(pid, 'db')) === address);
  await person.types('docker rename db rows');
  assert.equal(await lookup(pid, 'rows'), address);
  assert.equal(await lookup(pid, 'db'), null);
  await person.types('docker network disconnect shop rows');
  assert.equal(await lookup(pid, 'rows'), null);
  await person.types('docker network connect --alias again shop rows');
  assert.notEqual(await lookup(pid, 'again'), null);
});

test('a container that ended while nobody looked is not found by name', async (t) => {
  const person = await aPerson(t, { config: { 'live-restore': true } });
  const { engine } = person;
  await person.types('docker network create shop');
  await person.types(`docker run -d --name db --network shop ${webServer('rows')}`);
  await person.types('docker run -d --name web --network shop busybox sleep 3600');
  const [pid, ending] = [await pidOf(person, 'web'), await pidOf(person, 'db')];
  assert.notEqual(await lookup(pid, 'db'), null);
  await engine.crash();
  process.kill(Number(ending), 'SIGKILL');
  await engine.up();
  await until('its name to go', async () => (await lookup(pid, 'db')) === null);
});

test('the host is told names of containers where it asks for them', async (t) => {
  const person = await aPerson(t, { config: { 'host-names': '127.0.0.54', 'live-restore': true } });
  const { engine } = person;
  await person.types('docker network create shop');
  await person.types('docker run -d --name db --network shop busybox sleep 3600');
  await person.types('docker run -d --name plain busybox sleep 3600');
  const asked = async (name: string) =>
    (await engine.inside(['busybox', 'nslookup', name, '127.0.0.54'])).stdout;
  const inShop = await person.types("docker inspect -f '{{.NetworkSettings.Networks.shop.IPAddress}}' db");
  const inBridge = await person.types(
    "docker inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' plain",
  );
  for (const name of ['db.minke', 'db.shop.minke', 'db.shop'])
    assert.ok((await asked(name)).includes(inShop), name);
  assert.ok((await asked('plain.minke')).includes(inBridge));
  assert.ok(!(await asked('nobody.minke')).includes('Name:'));
  // Without the daemon, and with a keeper that finds it in its folder.
  await engine.crash();
  assert.ok((await asked('db.minke')).includes(inShop));
  await engine.up();
  await killKeeper(engine);
  await until('the next keeper to answer', async () => (await asked('db.minke')).includes(inShop));
});
