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
