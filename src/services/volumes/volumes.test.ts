import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryLines } from '../../drivers/state/memory/memory-lines.ts';
import { MemoryRecords } from '../../drivers/state/memory/memory-records.ts';
import { MemoryVolumes } from '../../drivers/volume/memory/memory.ts';
import { type ErrorKind, isKind } from '../../errors/minke-error.ts';
import { silentLogger } from '../../kit/log/logger.ts';
import { EventJournal } from '../events/journal.ts';
import type { VolumeCreate } from './contract.ts';
import { VolumeRecordSchema } from './record.ts';
import { VolumeService } from './volumes.ts';

class Disk {
  readonly records = new Map<string, string>();
  readonly local = new Set<string>();
  readonly events = new MemoryLines();
}

async function start(disk = new Disk(), references: Parameters<VolumeService['restore']>[0] = new Map()) {
  const local = new MemoryVolumes('local', disk.local);
  const volumes = new VolumeService({
    records: new MemoryRecords(VolumeRecordSchema, disk.records),
    drivers: [local, new MemoryVolumes('other')],
    events: new EventJournal({ disk: disk.events, log: silentLogger }),
    log: silentLogger,
    now: () => new Date('2026-01-02T03:04:05.678Z'),
  });
  await volumes.restore(references);
  const events = (): string[] =>
    disk.events.lines.map((line) => {
      const { Action, Actor } = JSON.parse(line);
      return [Action, Actor.ID, ...Object.values(Actor.Attributes)].join(' ');
    });
  return { disk, local, volumes, events };
}

const named = (name: string, more: Partial<VolumeCreate> = {}): VolumeCreate => ({
  name,
  driver: '',
  driverOpts: {},
  labels: {},
  ...more,
});

const refused = (work: Promise<unknown>, kind: ErrorKind, message: string): Promise<void> =>
  assert.rejects(work, (error) => {
    assert.ok(isKind(error, kind), String(error));
    assert.equal(error.message, message);
    return true;
  });

const filters = (entries: Record<string, string[]>): Map<string, string[]> =>
  new Map(Object.entries(entries));

test('a volume as Docker shows it; the same name again answers the same volume', async () => {
  const { volumes, events } = await start();
  const made = await volumes.create(named('vol'));
  assert.deepEqual(made, {
    CreatedAt: '2026-01-02T03:04:05Z',
    Driver: 'local',
    Labels: null,
    Mountpoint: '/memory/vol/_data',
    Name: 'vol',
    Options: null,
    Scope: 'local',
  });
  assert.deepEqual(await volumes.create(named('vol', { labels: { a: 'b' } })), made);
  assert.deepEqual(await volumes.inspect('vol'), made);
  assert.deepEqual(events(), ['create vol local']);
});

test('what is refused, and in which words', async () => {
  const { volumes, disk } = await start();
  await volumes.create(named('vol'));
  await refused(volumes.inspect('nope'), 'not-found', 'get nope: no such volume');
  await refused(volumes.remove('nope', false), 'not-found', 'get nope: no such volume');
  await volumes.remove('nope', true);
  await refused(
    volumes.create(named('vol', { driver: 'nope' })),
    'not-found',
    'create vol: error looking up volume plugin nope: plugin "nope" not found',
  );
  await refused(
    volumes.create(named('vol', { driver: 'other' })),
    'conflict',
    "create vol: driver 'local' already has volume 'vol': volume name must be unique",
  );
  await refused(
    volumes.create(named('bad', { driverOpts: { nope: '1' } })),
    'invalid',
    'create bad: invalid option: "nope"',
  );
  await assert.rejects(volumes.create(named('../x')), (error) => isKind(error, 'invalid'));
  assert.deepEqual([...disk.records.keys()], ['vol']);
});

test('an anonymous volume has a random name and a label', async () => {
  const { volumes } = await start();
  const one = await volumes.create(named(''));
  const two = await volumes.create(named('', { labels: { a: 'b' } }));
  assert.match(one.Name, /^[0-9a-f]{64}$/);
  assert.notEqual(one.Name, two.Name);
  assert.deepEqual({ ...two.Labels }, { a: 'b', 'com.docker.volume.anonymous': '' });
});

test('in use from refer to release', async () => {
  const { volumes, events } = await start();
  await volumes.refer(named('vol'), 'c1');
  await volumes.refer(named('vol'), 'c2');
  const inUse = 'remove vol: volume is in use - [c1, c2]';
  await refused(volumes.remove('vol', false), 'conflict', inUse);
  await refused(volumes.remove('vol', true), 'conflict', inUse);
  await volumes.release('vol', 'c1', { removeAnonymous: true });
  await volumes.release('vol', 'c2', { removeAnonymous: true });
  await volumes.release('gone', 'c2', { removeAnonymous: true });
  await volumes.remove('vol', false);
  assert.deepEqual(events(), ['create vol local', 'destroy vol local']);
});

test('an anonymous volume goes with its last container where asked', async () => {
  const { volumes, local } = await start();
  const { Name: name } = await volumes.refer(named(''), 'c1');
  await volumes.refer(named(name), 'c2');
  await volumes.release(name, 'c1', { removeAnonymous: true });
  assert.ok(local.volumes.has(name));
  await volumes.release(name, 'c2', { removeAnonymous: true });
  assert.ok(!local.volumes.has(name));
  const { Name: kept } = await volumes.refer(named(''), 'c1');
  await volumes.release(kept, 'c1', { removeAnonymous: false });
  assert.ok(local.volumes.has(kept));
});

test('mounted from the first container that starts to the last that stops', async () => {
  const { volumes, local, events } = await start();
  await volumes.refer(named('vol'), 'c1');
  const use = { destination: '/m', writable: true, propagation: '' };
  assert.equal(await volumes.mount('vol', 'c1', use), '/memory/vol/_data');
  await volumes.mount('vol', 'c2');
  await volumes.unmount('vol', 'c1');
  await volumes.unmount('vol', 'c1');
  assert.ok(local.mounted.has('vol'));
  await volumes.unmount('vol', 'c2');
  assert.ok(!local.mounted.has('vol'));
  assert.deepEqual(events().slice(1), [
    'mount vol local c1 /m true ',
    // Of what the engine does for itself nobody is told.
    'unmount vol local c1',
  ]);
  await refused(volumes.mount('gone', 'c1'), 'not-found', 'get gone: no such volume');
});

test('filters of the list', async () => {
  const { volumes } = await start();
  await volumes.create(named('data-1', { labels: { tier: 'db' } }));
  await volumes.create(named('data-2'));
  await volumes.refer(named('used'), 'c1');
  await volumes.create(named('far', { driver: 'other' }));
  const names = async (entries: Record<string, string[]>): Promise<string[]> =>
    (await volumes.list(filters(entries))).volumes.map(({ Name }) => Name);
  assert.deepEqual(await names({}), ['data-1', 'data-2', 'far', 'used']);
  assert.deepEqual(await names({ name: ['data', '^f.r$'] }), ['data-1', 'data-2', 'far']);
  assert.deepEqual(await names({ driver: ['other'] }), ['far']);
  assert.deepEqual(await names({ label: ['tier=db'] }), ['data-1']);
  assert.deepEqual(await names({ dangling: ['true'] }), ['data-1', 'data-2', 'far']);
  assert.deepEqual(await names({ dangling: ['0'] }), ['used']);
  await refused(volumes.list(filters({ foo: ['x'] })), 'invalid', "invalid filter 'foo'");
  await refused(volumes.list(filters({ dangling: ['x'] })), 'invalid', "invalid filter 'dangling=[x]'");
});

test('prune takes unused anonymous volumes, all with `all`, never such with options', async () => {
  const { volumes, local, events } = await start();
  local.bytes = 5;
  const { Name: anonymous } = await volumes.create(named(''));
  await volumes.create(named('plain', { labels: { keep: '1' } }));
  await volumes.create(named('remote', { driverOpts: { type: 'nfs', device: ':/x' } }));
  await volumes.refer(named('used'), 'c1');
  assert.deepEqual(await volumes.prune(filters({})), { deleted: [anonymous], spaceReclaimed: 5 });
  assert.deepEqual((await volumes.prune(filters({ all: ['true'], 'label!': ['keep'] }))).deleted, []);
  assert.deepEqual((await volumes.prune(filters({ all: ['1'] }))).deleted, ['plain']);
  assert.equal(events().at(-1), 'prune  5');
  await refused(
    volumes.prune(filters({ all: ['x'] })),
    'invalid',
    `invalid filter 'all': strconv.ParseBool: parsing "x": invalid syntax`,
  );
  await volumes.create(named(''));
  const first = volumes.prune(filters({}));
  await refused(volumes.prune(filters({})), 'conflict', 'a prune operation is already running');
  await first;
});

test('usage of plain local volumes', async () => {
  const { volumes, local } = await start();
  local.bytes = 7;
  await volumes.refer(named('vol'), 'c1');
  await volumes.create(named('remote', { driverOpts: { type: 'nfs', device: ':/x' } }));
  const usage = await volumes.usage();
  assert.deepEqual(
    usage.map(({ Name, UsageData }) => [Name, UsageData]),
    [['vol', { RefCount: 1, Size: 7 }]],
  );
});

test('a restart knows volumes and their users, and lets go of what nobody uses', async () => {
  const { volumes, disk } = await start();
  await volumes.refer(named('vol', { labels: JSON.parse('{"__proto__":"p"}') }), 'c1');
  await volumes.create(named('idle'));
  const references = new Map([['vol', { containers: ['c1', 'c2'], running: ['c1'] }]]);
  const again = await start(disk, references);
  assert.equal(JSON.stringify((await again.volumes.inspect('vol')).Labels), '{"__proto__":"p"}');
  await refused(again.volumes.remove('vol', false), 'conflict', 'remove vol: volume is in use - [c1, c2]');
  again.local.mounted.add('vol');
  await again.volumes.unmount('vol', 'c1');
  assert.ok(!again.local.mounted.has('vol'));
  await again.volumes.remove('idle', false);
});

test('what a crash left: a record without data goes, data without a record stays', async () => {
  const { volumes, disk } = await start();
  await volumes.create(named('half'));
  await volumes.create(named('bare', { labels: { a: 'b' } }));
  disk.local.delete('half');
  disk.records.delete('bare');
  const again = await start(disk);
  assert.deepEqual(
    (await again.volumes.list(new Map())).volumes.map(({ Name, Labels }) => [Name, Labels]),
    [['bare', null]],
  );
  assert.deepEqual([...disk.records.keys()], ['bare']);
});

test('many at once on one name end in one volume', async () => {
  const { volumes, events } = await start();
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => volumes.refer(named('vol'), `c${i}`)));
  assert.equal(new Set(all.map(({ Name }) => Name)).size, 1);
  assert.deepEqual(events(), ['create vol local']);
});
