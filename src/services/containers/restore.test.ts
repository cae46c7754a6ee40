import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layService, recordOf } from '../../../test/harness/containers/service.ts';
import { until } from '../../../test/harness/until.ts';

const inspect = async (ground: Awaited<ReturnType<typeof layService>>, id: string) =>
  ground.service.inspect(id, { size: false });

test('a container that runs is taken over by the next daemon', async () => {
  const ground = await layService();
  const id = await ground.run({ HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } }, 'web');
  const before = await inspect(ground, id);
  await ground.crash();
  const after = await inspect(ground, 'web');
  assert.equal(after.State?.Status, 'running');
  assert.equal(after.State?.Pid, before.State?.Pid);
  assert.deepEqual([...(ground.networks.restored ?? [])], [id]);
  assert.equal(ground.keeper.openProxies.size, 1);
  await ground.service.stop(id, {});
  assert.equal((await inspect(ground, id)).State?.ExitCode, 143);
  assert.equal(ground.keeper.launched.length, 1);
});

test('proxies of containers that are no more are closed', async () => {
  const ground = await layService();
  const id = await ground.run({ HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } }, 'web');
  const [kept] = ground.keeper.openProxies.get(id) ?? [];
  assert.ok(kept);
  // As the daemon that removed the container died before it told the keeper.
  ground.keeper.openProxies.set('f'.repeat(64), [{ ...kept, hostPort: 8081 }]);
  await ground.crash();
  assert.deepEqual([...ground.keeper.openProxies.keys()], [id]);
});

test('what ended while no daemon was there has its status, its event, its clean-up', async () => {
  const ground = await layService();
  const id = await ground.run({});
  const gone = await ground.run({ HostConfig: { AutoRemove: true } });
  // The first daemon hears nothing: it is dead.
  const { service } = ground;
  await service.shutdown({ timeout: 0 }).catch(() => {});
  const again = await layService();
  assert.ok(again);
  await ground.crash();
  assert.equal((await inspect(ground, id)).State?.Status, 'exited');
  await assert.rejects(inspect(ground, gone), /No such container/);
});

test('a run that nobody knows the end of is over', async () => {
  const ground = await layService();
  const id = await ground.run({});
  // As after a power cut: the keeper knows nothing.
  const [task] = await ground.keeper.list();
  assert.ok(task);
  ground.keeper.list = async () => [];
  await ground.crash();
  const { State } = await inspect(ground, id);
  assert.equal(State?.Status, 'exited');
  assert.equal(State?.ExitCode, 255);
  assert.equal(ground.networks.joined.size, 0);
  assert.equal(ground.folders.specs.size, 0);
});

test('with --rm it goes, though its start was not written down yet', async () => {
  const ground = await layService();
  const id = await ground.run({ HostConfig: { AutoRemove: true } });
  assert.equal(recordOf(ground, id).state.status, 'created');
  const waiting = await ground.create({ HostConfig: { AutoRemove: true } });
  ground.keeper.list = async () => [];
  await ground.crash();
  await assert.rejects(inspect(ground, id), /No such container/);
  assert.equal((await inspect(ground, waiting)).State?.Status, 'created');
});

test('a polite end writes down what waits for its moment', async () => {
  const ground = await layService();
  ground.settings = { ...ground.settings, liveRestore: true };
  const id = await ground.run({ HostConfig: { AutoRemove: true } });
  await ground.service.shutdown({ timeout: 1 });
  assert.equal(recordOf(ground, id).state.status, 'running');
});

test('policies at the daemon’s start: always, unless it was stopped, never', async () => {
  const ground = await layService();
  const ids: Record<string, string> = {};
  for (const [name, Name] of [
    ['always', 'always'],
    ['stopped', 'always'],
    ['unless', 'unless-stopped'],
    ['unless-not', 'unless-stopped'],
    ['none', 'no'],
  ] as const) {
    ids[name] = await ground.run({ HostConfig: { RestartPolicy: { Name } } }, name);
  }
  await ground.service.stop('stopped', {});
  await ground.service.stop('unless-not', {});
  await ground.service.shutdown({ timeout: 1 });
  await ground.crash();
  const status = async (name: string) => (await inspect(ground, name)).State?.Status;
  await until('policies to start containers', async () => (await status('unless')) === 'running');
  assert.deepEqual(await Promise.all(Object.keys(ids).map(status)), [
    'running',
    'running',
    'running',
    'exited',
    'exited',
  ]);
});

test('a polite end stops what runs; with live-restore it stays', async () => {
  const ground = await layService();
  const id = await ground.run({});
  await ground.service.shutdown({ timeout: 1 });
  assert.equal(recordOf(ground, id).state.status, 'exited');
  assert.equal(recordOf(ground, id).manuallyStopped, false);
  ground.settings = { ...ground.settings, liveRestore: true };
  await ground.crash();
  await ground.service.start(id);
  await ground.service.shutdown({ timeout: 1 });
  assert.equal(recordOf(ground, id).state.status, 'running');
});

test('half a removal is finished, filesystems of nobody go', async () => {
  const ground = await layService();
  const id = await ground.create({});
  const record = recordOf(ground, id);
  ground.records.set(id, JSON.stringify({ ...record, state: { ...record.state, status: 'removing' } }));
  await ground.storage.create('f'.repeat(64), { parent: null });
  await ground.crash();
  assert.equal(ground.records.size, 0);
  assert.deepEqual(await ground.storage.list(), []);
});

test('a record that can’t be read leaves the others alone', async () => {
  const ground = await layService();
  const id = await ground.create({}, 'good');
  ground.records.set('e'.repeat(64), '{"version":1');
  await ground.crash();
  assert.equal((await inspect(ground, 'good')).Id, id);
});
