import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layService } from '../../../../test/harness/containers/service.ts';
import { type MemoryProgram, waits } from '../../../keeper/memory/memory-keeper.ts';
import { freshState } from '../record/state.ts';
import { humanDuration } from '../view/human-duration.ts';
import { statusText } from '../view/status.ts';

const exits =
  (code: number): MemoryProgram =>
  async () =>
    code;
const never = new AbortController().signal;

async function several() {
  const codes: Record<string, number> = {};
  const ground = await layService(({ container }) =>
    codes[container] === undefined ? waits : exits(codes[container]),
  );
  const old = await ground.create({ Labels: { app: 'x' } }, 'old');
  codes[old] = 4;
  const { result } = await ground.service.wait(old, 'next-exit', never);
  await ground.service.start(old);
  await result;
  await new Promise((resolve) => setTimeout(resolve, 2));
  await ground.run(
    { Labels: { app: 'y', tier: '' }, HostConfig: { Binds: ['vol:/data'], NetworkMode: 'app' } },
    'web',
  );
  await new Promise((resolve) => setTimeout(resolve, 2));
  await ground.run({ HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } }, 'proxy');
  await new Promise((resolve) => setTimeout(resolve, 2));
  await ground.create({ Cmd: ['echo', 'a b'] }, 'fresh');
  const names = async (filters: Record<string, string[]>, more: { all?: boolean; limit?: number } = {}) =>
    (
      await ground.service.list({
        all: more.all ?? true,
        size: false,
        filters: new Map(Object.entries(filters)),
        ...(more.limit === undefined ? {} : { limit: more.limit }),
      })
    ).map(({ Names }) => Names?.[0]?.slice(1));
  return { ground, names };
}

test('who is listed, and in what order', async () => {
  const { names } = await several();
  assert.deepEqual(await names({}, { all: false }), ['proxy', 'web']);
  assert.deepEqual(await names({}), ['fresh', 'proxy', 'web', 'old']);
  assert.deepEqual(await names({}, { all: false, limit: 1 }), ['fresh']);
});

test('filters', async () => {
  const { ground, names } = await several();
  assert.deepEqual(await names({ name: ['^w', 'old'] }), ['web', 'old']);
  assert.deepEqual(await names({ label: ['app'] }), ['web', 'old']);
  assert.deepEqual(await names({ label: ['app=y', 'tier'] }), ['web']);
  assert.deepEqual(await names({ status: ['exited', 'created'] }, { all: false }), ['fresh', 'old']);
  assert.deepEqual(await names({ exited: ['4'] }), ['old']);
  assert.deepEqual(await names({ exited: ['0'] }), []);
  assert.deepEqual(await names({ volume: ['vol'] }), ['web']);
  assert.deepEqual(await names({ volume: ['/data'] }), ['web']);
  assert.deepEqual(await names({ network: ['app'] }), ['web']);
  assert.deepEqual(await names({ network: ['cccc'] }), ['web']);
  assert.deepEqual(await names({ publish: ['8080'] }), ['proxy']);
  assert.deepEqual(await names({ expose: ['80/tcp'] }), ['proxy']);
  assert.deepEqual(await names({ before: ['web'] }), ['old']);
  assert.deepEqual(await names({ since: ['web'] }), ['fresh', 'proxy']);
  assert.deepEqual(await names({ ancestor: ['busybox'] }), ['fresh', 'proxy', 'web', 'old']);
  assert.deepEqual(await names({ ancestor: ['nope'] }), []);
  assert.deepEqual(await names({ health: ['none'] }), ['fresh', 'proxy', 'web', 'old']);
  const { Id = '' } = await ground.service.inspect('web', { size: false });
  assert.deepEqual(await names({ id: [Id.slice(0, 8)] }), ['web']);
  await assert.rejects(names({ status: ['nope'] }), /invalid filter 'status=nope': invalid value for state/);
  await assert.rejects(names({ nope: ['x'] }), /invalid filter 'nope'/);
  await assert.rejects(names({ exited: ['x'] }), /invalid filter 'exited=x'/);
  await assert.rejects(names({ before: ['nobody'] }), /No such container: nobody/);
});

test('a row', async () => {
  const { ground } = await several();
  const [row] = await ground.service.list({ all: true, size: true, filters: new Map([['name', ['fresh']]]) });
  assert.equal(row?.Command, "echo 'a b'");
  assert.equal(row?.Status, 'Created');
  assert.equal(row?.Image, 'busybox');
  assert.deepEqual(row?.Ports, []);
  assert.equal(row?.SizeRootFs, 0);
  const [proxy] = await ground.service.list({
    all: false,
    size: false,
    filters: new Map([['name', ['proxy']]]),
  });
  assert.deepEqual(proxy?.Ports, [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }]);
});

test('times in words', () => {
  const day = 86_400;
  const words: [number, string][] = [
    [0.4, 'Less than a second'],
    [1, '1 second'],
    [59, '59 seconds'],
    [60, 'About a minute'],
    [3599, '59 minutes'],
    [3600, 'About an hour'],
    [5400, '2 hours'],
    [47 * 3600, '47 hours'],
    [2 * day, '2 days'],
    [13 * day, '13 days'],
    [14 * day, '2 weeks'],
    [60 * day, '2 months'],
    [730 * day, '2 years'],
  ];
  for (const [seconds, text] of words) assert.equal(humanDuration(seconds), text);
});

test('states in words', () => {
  const now = 1_700_000_100n * 1_000_000_000n;
  const at = new Date(1_700_000_000_000).toISOString();
  const of = (change: object) =>
    statusText({ ...freshState(), startedAt: at, finishedAt: at, ...change }, now);
  assert.equal(of({ status: 'running' }), 'Up About a minute');
  const health = (status: string) => ({ status: 'running', health: { status, failingStreak: 0, log: [] } });
  assert.equal(of(health('starting')), 'Up About a minute (health: starting)');
  assert.equal(of(health('unhealthy')), 'Up About a minute (unhealthy)');
  assert.equal(of({ status: 'paused' }), 'Up About a minute (Paused)');
  assert.equal(of({ status: 'restarting', exitCode: 3 }), 'Restarting (3) About a minute ago');
  assert.equal(of({ status: 'exited', exitCode: 137 }), 'Exited (137) About a minute ago');
  assert.equal(of({ status: 'dead' }), 'Dead');
});

test('a container whose filesystem is gone keeps no sizes of the others from being listed', async () => {
  const { ground } = await several();
  const sizes = () => ground.service.list({ all: true, size: true, filters: new Map() });
  const before = await sizes();
  const { Id: gone = '' } = before.find(({ State }) => State === 'created') ?? {};
  await ground.storage.remove(gone);
  const rows = await sizes();
  assert.equal(rows.length, before.length);
  const row = rows.find(({ Id }) => Id === gone);
  assert.deepEqual([row?.SizeRw, row?.SizeRootFs], [-1, 0]);
  // Without sizes it is shown; with them it is no "no such container".
  assert.equal((await ground.service.inspect(gone, { size: false })).Id, gone);
  await assert.rejects(ground.service.inspect(gone, { size: true }), {
    kind: 'internal',
    message: /filesystem/,
  });
});
