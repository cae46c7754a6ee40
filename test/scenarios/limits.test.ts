/** Limits of traffic and other changes of networks, as people type them. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { aPerson } from './person.ts';

test('a container’s traffic is limited with a stock client’s options, and changed while it runs', async (t) => {
  const person = await aPerson(t, { config: { 'live-restore': true } });
  const { engine } = person;
  await person.types('docker network create -o minke.egress=80mbit shop');
  const networks = '--network name=shop,driver-opt=minke.ingress=16mbit';
  await person.types(`docker run -d --name web ${networks} busybox sleep 3600`);
  const pid = await person.types("docker inspect -f '{{.State.Pid}}' web");
  const inside = () => person.onHost(`nsenter --net=/proc/${pid}/ns/net tc qdisc show dev eth0`);
  const outside = () => person.onHost('tc qdisc show');
  assert.match(await inside(), /tbf .*rate 80Mbit/);
  assert.match(await outside(), /tbf .*rate 16Mbit/);

  await person.types('docker update --limit egress=8mbit,ingress=none web');
  assert.match(await inside(), /tbf .*rate 8Mbit/);
  assert.doesNotMatch(await outside(), /tbf/);
  const shown = "docker inspect -f '{{json .NetworkSettings.Networks.shop.DriverOpts}}' web";
  assert.equal(await person.types(shown), '{"minke.egress":"8mbit"}');
  await person.isRefused('docker update --limit egress=fast web', /invalid minke\.egress value/);
  await person.isRefused('docker update --limit egress=1mbit,network=bridge web', /not connected/);

  await engine.crash();
  await engine.up();
  assert.match(await inside(), /tbf .*rate 8Mbit/);
  await person.types('docker restart -t 0 web');
  assert.equal(await person.types(shown), '{"minke.egress":"8mbit"}');
  await person.types('docker network disconnect shop web');
  assert.doesNotMatch(await outside(), /tbf/);
  await person.isRefused(
    'docker run --rm --network name=shop,driver-opt=minke.egress=x busybox true',
    /invalid minke\.egress value/,
  );
  await person.isRefused('docker network create -o minke.nonsense=1 other', /unknown option minke\.nonsense/);
});

test('a network is changed while containers are in it', async (t) => {
  const person = await aPerson(t);
  await person.types('docker network create --label team=a shop');
  await person.types('docker run -d --name web --network shop busybox sleep 3600');
  await person.types(
    'docker network update --label-add stage=test --label-rm team --attachable --mtu 1400 shop',
  );
  const shown = "docker network inspect -f '{{json .Labels}} {{.Attachable}} {{json .Options}}' shop";
  assert.equal(await person.types(shown), '{"stage":"test"} true {"com.docker.network.driver.mtu":"1400"}');
  assert.match(await person.types('docker exec web ip link show eth0'), /mtu 1400/);
  assert.match(await person.types('docker run --rm --network shop busybox ip link show eth0'), /mtu 1400/);
  await person.isRefused('docker network update --label-add x=y bridge', /pre-defined network/);
  await person.isRefused(
    'docker network update -o com.docker.network.bridge.name=x shop',
    /can't be changed/,
  );
  await person.isRefused('docker network update --dns nobody shop', /is no address/);
  await person.types('docker network update --dns 192.0.2.53 shop');
  const graph = await person.types('docker network graph shop');
  assert.match(graph, /^shop {2}bridge {2}172\.\d+\.0\.0\/16\n└─ web {2}172\.\d+\.0\.2\/16$/);
  await person.types('docker network graph --format svg -o $DIR/graph.svg');
  assert.match(
    await readFile(join(person.folder, 'graph.svg'), 'utf8'),
    /^<svg .*>shop<.*>web<.*<\/svg>\n$/s,
  );
});
