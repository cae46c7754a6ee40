import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { layService } from '../../../test/harness/containers/service.ts';
import { isKind } from '../../errors/minke-error.ts';
import { ContainerUpdateBodySchema } from '../../wire/containers/create.ts';
import { goFields } from '../../wire/json/go-fields.ts';

const body = (value: unknown) =>
  v.parse(ContainerUpdateBodySchema, goFields(ContainerUpdateBodySchema, value));
const web = { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } };
const move = body({ PublishAdd: { '90/tcp': [{ HostPort: '9090' }] }, PublishRemove: { '80/tcp': null } });

/** Without what only the kind of object would tell apart. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const bindings = async (ground: Awaited<ReturnType<typeof layService>>, id: string) =>
  plain((await ground.service.inspect(id, { size: false })).HostConfig?.PortBindings);

test('ports change at once where the container runs, and are written down', async () => {
  const ground = await layService();
  const id = await ground.run(web);
  const { Ports } = await ground.service.update(id, move);
  assert.deepEqual(Ports, { '90/tcp': [{ HostIp: '0.0.0.0', HostPort: '9090' }] });
  assert.deepEqual(
    ground.keeper.openProxies.get(id)?.map(({ hostPort }) => hostPort),
    [9090],
  );
  const moved = { '90/tcp': [{ HostIp: '', HostPort: '9090' }] };
  assert.deepEqual(await bindings(ground, id), moved);
  await ground.crash();
  assert.deepEqual(await bindings(ground, id), moved);
  assert.equal(
    (await ground.service.update(id, body({}))).Ports,
    undefined,
    'stock clients see nothing of it',
  );
});

test('a change that a crash cut short is taken back by the next daemon', async () => {
  const ground = await layService();
  const id = await ground.run(web);
  // The network has it already, the record was not written.
  const { networks, keeper } = ground;
  const ports = [{ proto: 'tcp', containerPort: 90, hostIp: '', hostPort: 9090, hostPortEnd: 9090 }] as const;
  await networks.publish(id, { ports, exposed: [] }, (proxies) => keeper.proxies(id, proxies));
  await ground.crash();
  assert.deepEqual(
    keeper.openProxies.get(id)?.map(({ hostPort }) => hostPort),
    [8080],
  );
});

test('what can’t be had changes nothing', async () => {
  const ground = await layService();
  const id = await ground.run(web);
  const before = await bindings(ground, id);
  const publish = ground.networks.publish.bind(ground.networks);
  ground.networks.publish = async () => {
    throw new Error('port is already allocated');
  };
  await assert.rejects(ground.service.update(id, move), /Cannot update container .*already allocated/);
  ground.networks.publish = publish;
  await assert.rejects(ground.service.update(id, body({ PublishRemove: { '81/tcp': [] } })), (error) =>
    isKind(error, 'not-found'),
  );
  assert.deepEqual(await bindings(ground, id), before);
  const alone = await ground.run({ HostConfig: { NetworkMode: 'none' } });
  await assert.rejects(ground.service.update(alone, move), (error) => isKind(error, 'invalid'));
});

test('limits of traffic are kept with the container, stopped or not', async () => {
  const ground = await layService();
  const seen: unknown[] = [];
  ground.networks.limit = async (...what: unknown[]) => {
    seen.push(what);
  };
  const id = await ground.run({});
  const change = { bridge: { 'minke.egress': '10mbit' } };
  await ground.service.update(id, body({ EndpointOptions: change }));
  assert.deepEqual(plain(seen), [[id, 'bridge', change.bridge]]);
  await ground.service.stop(id, {});
  await ground.service.update(id, body({ EndpointOptions: { bridge: { 'minke.loss': '1%' } } }));
  assert.equal(seen.length, 1);
  const { NetworkSettings } = await ground.service.inspect(id, { size: false });
  assert.deepEqual(plain(NetworkSettings?.Networks?.bridge?.DriverOpts), {
    'minke.egress': '10mbit',
    'minke.loss': '1%',
  });
  await assert.rejects(
    ground.service.update(id, body({ EndpointOptions: { app: change.bridge } })),
    (error) => isKind(error, 'not-found'),
  );
});
