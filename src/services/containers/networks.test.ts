import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layService, type ServiceGround } from '../../../test/harness/containers/service.ts';
import { conflict, isKind } from '../../errors/minke-error.ts';

const web = { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } };
const endpoint: Parameters<ServiceGround['service']['connect']>[2] = {
  IPAMConfig: null,
  Links: null,
  Aliases: null,
  MacAddress: '',
  DriverOpts: null,
  GwPriority: 0,
  NetworkID: '',
};

const leadsTo = (ground: ServiceGround, id: string) =>
  ground.keeper.openProxies.get(id)?.map(({ containerIp }) => containerIp);

test('a published port follows the networks of a running container', async () => {
  const ground = await layService();
  const { service } = ground;
  const id = await ground.run(web);
  assert.deepEqual(leadsTo(ground, id), ['192.0.2.7']);
  await service.connect('app', id, endpoint);
  await service.disconnect('bridge', id, false);
  assert.deepEqual(leadsTo(ground, id), ['192.0.2.8']);
  await service.disconnect('app', id, false);
  assert.equal(leadsTo(ground, id), undefined, 'without a way in nobody listens');
  await service.connect('bridge', id, endpoint);
  assert.deepEqual(leadsTo(ground, id), ['192.0.2.7']);
});

test('where a stranger has taken its port meanwhile, the connect fails and is taken back', async () => {
  const ground = await layService();
  const id = await ground.run(web);
  await ground.service.disconnect('bridge', id, false);
  ground.keeper.proxies = async () => {
    throw conflict('listen tcp4 0.0.0.0:8080: bind: address already in use');
  };
  await assert.rejects(ground.service.connect('bridge', id, endpoint), (error) => isKind(error, 'conflict'));
  assert.deepEqual(Object.keys(ground.networks.sandbox(id)?.endpoints ?? {}), []);
});

test('a disconnect that the keeper never heard of is told to it by the next daemon', async () => {
  const ground = await layService();
  const id = await ground.run(web);
  await ground.networks.disconnect(id, 'bridge');
  await ground.crash();
  assert.equal(leadsTo(ground, id), undefined);
});

test('where the keeper could not be told of a disconnect, it is at the end', async () => {
  const ground = await layService();
  const id = await ground.run(web);
  const proxies = ground.keeper.proxies.bind(ground.keeper);
  ground.keeper.proxies = async () => {
    throw new Error('the keeper went away');
  };
  await ground.service.disconnect('bridge', id, false);
  ground.keeper.proxies = proxies;
  assert.deepEqual(leadsTo(ground, id), ['192.0.2.7']);
  await ground.service.remove(id, { force: true, volumes: false, link: false });
  assert.equal(leadsTo(ground, id), undefined);
});

const inApp = { HostConfig: { NetworkMode: 'app' } };

async function ended(ground: ServiceGround, id: string): Promise<void> {
  await ground.service.kill(id, 'KILL');
  const { result } = await ground.service.wait(id, 'not-running', new AbortController().signal);
  await result;
}

async function stopped(ground: ServiceGround): Promise<string> {
  const id = await ground.run(inApp);
  await ended(ground, id);
  return id;
}

test('a stopped container can be taken out of a network that has gone, and starts again', async () => {
  const ground = await layService();
  const id = await stopped(ground);
  await ground.service.connect('bridge', id, endpoint);
  ground.networks.known.delete('app');
  await assert.rejects(ground.service.start(id), /network c{64} not found/);
  await ground.service.disconnect('app', id, false);
  await assert.rejects(
    ground.service.disconnect('app', id, false),
    new RegExp(`container ${id} is not connected to the network app`),
  );
  await ground.service.start(id);
  assert.deepEqual(Object.keys(ground.networks.sandbox(id)?.endpoints ?? {}), ['bridge']);
});

test('a network that was made anew by the same name is not the one that the container was in', async () => {
  const ground = await layService();
  const id = await stopped(ground);
  ground.networks.known.set('app', { id: 'd'.repeat(64), name: 'app', driver: 'bridge' });
  await assert.rejects(ground.service.start(id), /network c{64} not found/);
  await ground.service.disconnect('app', id, true);
  await ground.service.connect('app', id, endpoint);
  await ground.service.start(id);
  assert.equal(ground.networks.sandbox(id)?.endpoints.app?.NetworkID, 'd'.repeat(64));
});

test('names in a network are shown from the first start on, also while the container is stopped', async () => {
  const ground = await layService();
  const { service } = ground;
  const app = { Aliases: ['w'], MacAddress: '02:42:00:00:00:17' };
  const id = await ground.create({ ...inApp, NetworkingConfig: { EndpointsConfig: { app } } }, 'web');
  const shown = async () => (await service.inspect(id, { size: false })).NetworkSettings?.Networks?.app;
  const before = await shown();
  assert.deepEqual([before?.DNSNames, before?.MacAddress], [null, app.MacAddress]);
  await service.start(id);
  await ended(ground, id);
  const after = await shown();
  assert.deepEqual([after?.DNSNames, after?.MacAddress], [['web', 'w', id.slice(0, 12)], '']);
});

test('a link in the default network holds where the other container is called otherwise', async () => {
  const ground = await layService();
  const { service } = ground;
  const db = await ground.create({}, 'db');
  const web = await ground.create({ HostConfig: { Links: ['db:store'] } }, 'web');
  const shown = async () => (await service.inspect(web, { size: false })).HostConfig?.Links;
  assert.deepEqual(await shown(), ['/db:/web/store']);
  await assert.rejects(
    service.start(web),
    /^MinkeError: Cannot link to a non running container: \/db AS \/web\/store$/,
  );
  await service.rename(db, 'rows');
  assert.deepEqual(await shown(), ['/rows:/web/store']);
  await service.start(db);
  await service.start(web);
  assert.deepEqual(ground.networks.joined.get(web)?.request.endpoints[0]?.links, [`${db}:store`]);
});

test('a container of the network none goes into others once it has left that one, for good', async () => {
  const ground = await layService();
  const { service } = ground;
  const id = await ground.run({ HostConfig: { NetworkMode: 'none' } });
  await assert.rejects(service.connect('app', id, endpoint), /private \(none\) mode/);
  await service.disconnect('none', id, false);
  await service.connect('app', id, endpoint);
  await ended(ground, id);
  await service.start(id);
  assert.deepEqual(Object.keys(ground.networks.sandbox(id)?.endpoints ?? {}), ['app']);
});

test('who uses the network of the host is told among its containers while it runs', async () => {
  const ground = await layService();
  const { service } = ground;
  const id = await ground.run({ HostConfig: { NetworkMode: 'host' } }, 'box');
  const endpointId = async () =>
    (await service.inspect(id, { size: false })).NetworkSettings?.Networks?.host?.EndpointID;
  const first = await endpointId();
  assert.match(first ?? '', /^[0-9a-f]{64}$/);
  const listed = { Name: 'box', EndpointID: first, MacAddress: '', IPv4Address: '', IPv6Address: '' };
  assert.deepEqual(await service.endpointsOf('a'.repeat(64)), { [id]: listed });
  await ended(ground, id);
  assert.equal(await endpointId(), '');
  assert.deepEqual(await service.endpointsOf('a'.repeat(64)), {});
});
