import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isKind } from '../../../errors/minke-error.ts';
import { volumeDriverSuite } from '../suite.ts';
import { type LocalMounts, LocalVolumes } from './local.ts';
import { mountCalls } from './mount-options.ts';

const roots: string[] = [];
after(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

function freshRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'minke-volumes-'));
  roots.push(root);
  return join(root, 'volumes');
}

/** Remembers the calls; `fails` makes mounts of that source fail. */
function recorder(fails = '') {
  const calls: string[] = [];
  const mounted = new Set<string>();
  const mounts: LocalMounts = {
    mount: async ({ source, target, type, flags, data }) => {
      if (source === fails) throw Object.assign(new Error('mount'), { code: 'ENODEV' });
      calls.push(`${type} ${source} ${flags} ${data}`);
      mounted.add(target);
    },
    unmount: async (target) => {
      calls.push('unmount');
      mounted.delete(target);
    },
    list: () => mounted,
  };
  return { calls, mounts, mounted };
}

const resolve = async (host: string): Promise<string> => `10.0.0.${host.length}`;

volumeDriverSuite('local', async () => {
  const root = freshRoot();
  const { mounts } = recorder();
  return { open: () => new LocalVolumes({ root, mounts }) };
});

test('data is a folder with mode 0755 behind a closed one; existing data is left as it is', async () => {
  const root = freshRoot();
  const driver = new LocalVolumes({ root, mounts: recorder().mounts });
  await driver.restore();
  await driver.create('data', {});
  const mode = (path: string): number => statSync(path).mode & 0o777;
  assert.equal(mode(root), 0o700);
  assert.equal(mode(join(root, 'data')), 0o700);
  assert.equal(mode(driver.path('data')), 0o755);
  writeFileSync(join(driver.path('data'), 'file'), 'x');
  await driver.create('data', {});
  assert.deepEqual(readdirSync(driver.path('data')), ['file']);
});

test('removal follows no link and is finished after a crash', async () => {
  const root = freshRoot();
  const { mounts } = recorder();
  const driver = new LocalVolumes({ root, mounts });
  await driver.create('data', {});
  const outside = join(root, '..', 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'witness'), 'x');
  symlinkSync(outside, join(driver.path('data'), 'link'));
  await driver.remove('data');
  assert.deepEqual(readdirSync(join(root, 'data')), []);
  mkdirSync(join(root, 'data', '_removed', 'deep', 'er'), { recursive: true });
  symlinkSync(outside, join(root, 'data', '_removed', 'deep', 'link'));
  assert.deepEqual(await new LocalVolumes({ root, mounts }).restore(), []);
  assert.deepEqual(readdirSync(join(root, 'data')), []);
  assert.ok(existsSync(join(outside, 'witness')));
});

test('size counts each inode once and no folders', async () => {
  const driver = new LocalVolumes({ root: freshRoot(), mounts: recorder().mounts });
  await driver.create('data', {});
  const at = (name: string): string => join(driver.path('data'), name);
  mkdirSync(at('sub/sub'), { recursive: true });
  writeFileSync(at('a'), 'x'.repeat(1000));
  writeFileSync(at('sub/sub/b'), 'x'.repeat(10));
  linkSync(at('a'), at('sub/hard'));
  symlinkSync('/etc', at('sub/link'));
  assert.equal(await driver.size('data'), 1014);
});

test('something is mounted on first use, once, and let go of', async () => {
  const { mounts, calls, mounted } = recorder();
  const driver = new LocalVolumes({ root: freshRoot(), mounts, resolve });
  const options = { type: 'nfs', device: ':/x', o: 'addr=server,rw,nolock' };
  await driver.create('data', options);
  assert.deepEqual(calls, []);
  await driver.mount('data', options);
  await driver.mount('data', options);
  assert.deepEqual(calls, ['nfs :/x 0 addr=10.0.0.6,nolock']);
  await driver.remove('data');
  assert.deepEqual(calls.slice(1), ['unmount']);
  assert.equal(mounted.size, 0);
});

test('what was mounted before a restart is known and let go of', async () => {
  const { mounts, calls, mounted } = recorder();
  const root = freshRoot();
  const options = { type: 'tmpfs', device: 'tmpfs' };
  await new LocalVolumes({ root, mounts }).mount('data', options);
  const again = new LocalVolumes({ root, mounts });
  await again.restore();
  await again.mount('data', options);
  await again.unmount('data');
  assert.deepEqual(calls, ['tmpfs tmpfs 0 ', 'unmount']);
  assert.equal(mounted.size, 0);
});

test('a failed mount says why, without the password', async () => {
  const { mounts } = recorder('//1.2.3.4/x');
  const root = freshRoot();
  const driver = new LocalVolumes({ root, mounts, resolve });
  const options = { type: 'cifs', device: '//1.2.3.4/x', o: 'username=u,password=secret,ro' };
  await assert.rejects(driver.mount('data', options), (error) => {
    assert.ok(isKind(error, 'internal'));
    assert.equal(
      error.message,
      `failed to mount local volume: mount //1.2.3.4/x:${root}/data/_data, flags: 0x1, data: username=u,password=********: no such device`,
    );
    return true;
  });
});

const refused: readonly [Record<string, string>, string][] = [
  [{ foo: 'x' }, 'invalid option: "foo"'],
  [{ o: 'x' }, 'missing required option: "device"'],
  [{ type: 'nfs' }, 'missing required option: "device"'],
  [{ device: 'x' }, 'missing required option: "type"'],
  [{ size: '10m' }, 'quota size requested but no quota support'],
  [{ size: 'abc' }, "invalid size: 'abc'"],
  [{ type: 'cifs', device: '//h:445/x' }, "port not allowed in CIFS device URL, include 'port' in 'o='"],
];

for (const [options, message] of refused) {
  test(`options refused: ${JSON.stringify(options)}`, () => {
    const driver = new LocalVolumes({ root: '/nowhere', mounts: recorder().mounts });
    assert.throws(
      () => driver.check('data', options),
      (error) => isKind(error, 'invalid') && error.message === message,
    );
  });
}

test('mount options become calls', () => {
  const call = (source: string, type: string, flags: number, data = ''): object => ({
    source,
    type,
    flags,
    data,
  });
  assert.deepEqual(mountCalls('tmpfs', 'tmpfs', 'size=10m,uid=1000,noexec'), [
    call('tmpfs', 'tmpfs', 8, 'size=10m,uid=1000'),
  ]);
  assert.deepEqual(mountCalls('/a', 'none', 'bind'), [call('/a', 'none', 4096)]);
  assert.deepEqual(mountCalls('/a', 'none', 'rbind,ro,rshared'), [
    call('/a', 'none', 4096 | 16384 | 1),
    call('', '', (1 << 20) | 16384),
    call('', '', 4096 | 16384 | 1 | 32),
  ]);
  assert.deepEqual(mountCalls('/dev/x', 'ext4', 'ro,rw'), [call('/dev/x', 'ext4', 0)]);
});
