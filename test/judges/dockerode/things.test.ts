import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { docker, execIn, loadImage, made, progress, started } from './docker.ts';

const status = (code: number) => (error: { statusCode?: number }) => error.statusCode === code;

test('images: listed, looked at, their history', async () => {
  const list = await docker.listImages({ filters: { reference: ['busybox'] } });
  assert.deepEqual(list[0]?.RepoTags, ['busybox:latest']);
  const image = await docker.getImage('busybox').inspect();
  assert.match(image.Id, /^sha256:[0-9a-f]{64}$/);
  assert.equal(image.Id, list[0]?.Id);
  assert.equal(image.Os, 'linux');
  assert.ok(image.Size > 0);
  const history = await docker.getImage('busybox').history();
  assert.equal(history[0].Id, image.Id);
  await assert.rejects(docker.getImage('nowhere').inspect(), status(404));
});

test('images: tagged, saved, removed, loaded', async () => {
  await docker.getImage('busybox').tag({ repo: 'judge.example/dode/box', tag: 'v2' });
  const name = 'judge.example/dode/box:v2';
  const tar = await buffer(await docker.getImage(name).get());
  const gone = await docker.getImage(name).remove();
  assert.deepEqual(gone, [{ Untagged: name }]);
  await assert.rejects(docker.getImage(name).inspect(), status(404));
  assert.match(await progress(await loadImage(tar)), /Loaded image: judge\.example\/dode\/box:v2/);
  const again = await docker.getImage(name).inspect();
  assert.equal(again.Id, (await docker.getImage('busybox').inspect()).Id);
  await docker.getImage(name).remove();
});

test('images: in use, and pruned', async (t) => {
  const source = await started(t, { Cmd: ['sh', '-c', 'echo x > /x'] });
  await source.wait();
  const { Id } = await source.commit({ repo: 'dode-used', tag: '1' });
  const user = await made(t, { Image: 'dode-used:1' });
  await docker.getImage('dode-used:1').tag({ repo: 'dode-used', tag: '2' });
  await docker.getImage('dode-used:2').remove();
  await assert.rejects(docker.getImage(Id).remove(), status(409));
  await user.remove();
  await docker.getImage('dode-used:1').remove();
  const dangling = await source.commit({});
  const pruned = await docker.pruneImages({ filters: { dangling: ['true'] } });
  const deleted = (pruned.ImagesDeleted ?? []).map((entry) => entry.Deleted);
  assert.ok(deleted.includes(dangling.Id));
});

test('volumes: made, filled, listed, held, removed', async (t) => {
  await docker.createVolume({ Name: 'dode-vol', Labels: { kind: 'judged' } });
  t.after(() =>
    docker
      .getVolume('dode-vol')
      .remove()
      .catch(() => {}),
  );
  const found = await docker.getVolume('dode-vol').inspect();
  assert.equal(found.Driver, 'local');
  assert.equal(found.Labels.kind, 'judged');
  assert.match(found.Mountpoint, /dode-vol\/_data$/);
  const HostConfig = { Binds: ['dode-vol:/data'] };
  const writer = await started(t, { Cmd: ['sh', '-c', 'echo shared > /data/x'], HostConfig });
  await writer.wait();
  await assert.rejects(docker.getVolume('dode-vol').remove(), status(409));
  await writer.remove();
  const reader = await started(t, { HostConfig });
  assert.equal((await execIn(reader, ['cat', '/data/x'])).stdout, 'shared\n');
  await reader.remove({ force: true });
  const { Volumes } = await docker.listVolumes({ filters: { label: ['kind=judged'] } });
  assert.deepEqual(
    Volumes.map(({ Name }) => Name),
    ['dode-vol'],
  );
  await docker.getVolume('dode-vol').remove();
  await assert.rejects(docker.getVolume('dode-vol').inspect(), status(404));
});

test('volumes: pruned where nobody named them', async (t) => {
  const container = await started(t, { Volumes: { '/data': {} } });
  const name = (await container.inspect()).Mounts[0]?.Name;
  await container.remove({ force: true });
  await docker.createVolume({ Name: 'dode-named' });
  t.after(() => docker.getVolume('dode-named').remove());
  const { VolumesDeleted } = await docker.pruneVolumes();
  assert.deepEqual(VolumesDeleted, [name]);
});

test('networks: neighbours find each other by name', async (t) => {
  const network = await docker.createNetwork({
    Name: 'dode-net',
    Labels: { kind: 'judged' },
    IPAM: { Config: [{ Subnet: '10.87.5.0/24', Gateway: '10.87.5.1' }] },
  });
  const server = await started(t, {
    name: 'dode-server',
    Cmd: ['sh', '-c', 'mkdir /www; echo found > /www/index.html; exec httpd -f -p 80 -h /www'],
    NetworkingConfig: {
      EndpointsConfig: { 'dode-net': { Aliases: ['web'], IPAMConfig: { IPv4Address: '10.87.5.77' } } },
    },
  });
  const client = await started(t, { HostConfig: { NetworkMode: 'dode-net' } });
  const fetch = 'for i in $(seq 300); do wget -q -O - http://web/ && exit; sleep 0.1; done; exit 1';
  assert.equal((await execIn(client, ['sh', '-c', fetch])).stdout, 'found\n');
  assert.match((await execIn(client, ['nslookup', 'dode-server'])).stdout, /10\.87\.5\.77/);
  const found = await network.inspect();
  assert.equal(found.Containers?.[server.id]?.IPv4Address, '10.87.5.77/24');
  assert.equal(found.Labels?.kind, 'judged');
  await assert.rejects(network.remove(), status(403));
  for (const container of [server, client]) await container.remove({ force: true });
  await network.remove();
});

test('networks: joined and left while it runs', async (t) => {
  const network = await docker.createNetwork({ Name: 'dode-join', Internal: true });
  t.after(() => network.remove().catch(() => {}));
  const container = await started(t);
  await network.connect({ Container: container.id, EndpointConfig: { Aliases: ['joined'] } });
  assert.equal((await execIn(container, ['ls', '/sys/class/net'])).stdout, 'eth0\neth1\nlo\n');
  const joined = (await container.inspect()).NetworkSettings.Networks['dode-join'];
  assert.ok(joined?.Aliases?.includes('joined'));
  await network.disconnect({ Container: container.id });
  assert.equal((await execIn(container, ['ls', '/sys/class/net'])).stdout, 'eth0\nlo\n');
  const list = await docker.listNetworks({ filters: { name: ['dode-join'] } });
  assert.equal(list[0]?.Id, network.id);
  await network.remove();
});

test('networks: pruned, and those that stay', async () => {
  await docker.createNetwork({ Name: 'dode-idle' });
  const { NetworksDeleted } = await docker.pruneNetworks();
  assert.deepEqual(NetworksDeleted, ['dode-idle']);
  const names = (await docker.listNetworks()).map(({ Name }) => Name);
  assert.deepEqual(names.sort(), ['bridge', 'host', 'none']);
  await assert.rejects(docker.getNetwork('bridge').remove(), status(403));
});

test('the engine about itself', async () => {
  assert.equal((await docker.ping()).toString(), 'OK');
  const version = await docker.version();
  assert.equal(version.MinAPIVersion, '1.24');
  assert.equal(version.Os, 'linux');
  const info = await docker.info();
  assert.equal(info.OSType, 'linux');
  assert.ok(info.NCPU >= 1);
  const df = await docker.df();
  assert.ok(Array.isArray(df.Images) && df.Images.length >= 1);
});

test('a swarm that is not there', async () => {
  await assert.rejects(docker.swarmInspect(), status(503));
  await assert.rejects(docker.listServices(), status(503));
});
