import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPerson, webServer } from './person.ts';

test('a web server is published on the host', async (t) => {
  const person = await aPerson(t);
  await person.types(`docker run -d -p 80:80 --name my-nginx ${webServer('front')}`);
  await person.types(`docker run -d -p 127.0.0.1:8080:80 --name inner ${webServer('inner')}`);
  await person.types(`docker run -d -p 80 --name any ${webServer('any')}`);
  for (const name of ['my-nginx', 'inner', 'any']) {
    await person.waitsFor(`docker exec ${name} wget -qO- http://127.0.0.1/`, /\w/);
  }
  assert.equal(await person.onHost('busybox wget -qO- http://127.0.0.1:80/'), 'front');
  assert.equal(await person.onHost('busybox wget -qO- http://127.0.0.1:8080/'), 'inner');
  const port = (await person.types('docker port any 80')).split('\n')[0]?.split(':').at(-1);
  const [low = 0, high = 0] = (await person.onHost('cat /proc/sys/net/ipv4/ip_local_port_range'))
    .split(/\s+/)
    .map(Number);
  assert.ok(Number(port) >= low && Number(port) <= high, `an ephemeral port, not ${port}`);
  assert.equal(await person.onHost(`busybox wget -qO- http://127.0.0.1:${port}/`), 'any');
  assert.match(
    await person.onHost('iptables -t nat -S DOCKER'),
    /--dport 80 .*--to-destination 172\.17\.\d+\.\d+:80/,
  );
  await person.isRefused('docker run -d -p 80:80 --name late busybox true', /port is already allocated/);
});

test('containers on a network of their own know each other by name', async (t) => {
  const person = await aPerson(t);
  await person.types('docker network create shop');
  await person.types(`docker run -d --name db --network shop ${webServer('rows')}`);
  await person.waitsFor('docker exec db wget -qO- http://127.0.0.1/', /rows/);
  assert.equal(await person.types('docker run --rm --network shop busybox wget -qO- http://db/'), 'rows');
  await person.isRefused('docker run --rm --dns 127.0.0.1 busybox ping -c 1 db', /bad address/);
  await person.isRefused('docker network rm shop', /active endpoints/);
  await person.types('docker network disconnect shop db');
  await person.types('docker network connect --alias store shop db');
  assert.equal(await person.types('docker run --rm --network shop busybox wget -qO- http://store/'), 'rows');
  await person.types('docker rm -f db');
  assert.equal(await person.types('docker network rm shop'), 'shop');
});
