/** Local volumes with mount options on the real kernel. Needs root. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LocalVolumes } from '../../../src/drivers/volume/local/local.ts';
import { volumeDriverSuite } from '../../../src/drivers/volume/suite.ts';
import { linuxVolumeMounts as mounts } from '../../../src/host/mount/linux/volume-mounts.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-volumes-'));
const ours = (): string[] => [...mounts.list()].filter((point) => point.startsWith(folder));

after(() => {
  assert.deepEqual(ours(), []);
  rmSync(folder, { recursive: true, force: true });
});

let places = 0;
const open = (root: string): LocalVolumes => new LocalVolumes({ root, mounts: mounts });
const freshRoot = (): string => join(folder, `volumes-${++places}`);

volumeDriverSuite('local, real mounts', async () => {
  const root = freshRoot();
  return { open: () => open(root) };
});

test('tmpfs of a given size; the data goes with the last user', async () => {
  const root = freshRoot();
  const driver = open(root);
  const options = { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,mode=0700' };
  const path = await driver.mount('mem', options);
  const { blocks, bsize } = statfsSync(path);
  assert.equal(blocks * bsize, 1 << 20);
  writeFileSync(join(path, 'file'), 'x');
  const again = open(root);
  await again.restore();
  await again.mount('mem', options);
  assert.deepEqual(ours(), [path]);
  await again.unmount('mem');
  assert.deepEqual(readdirSync(path), []);
  await again.remove('mem');
});

test('a bind mount shows a folder of the host, read-only where asked; removing the volume leaves it alone', async () => {
  const driver = open(freshRoot());
  const source = join(folder, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'witness'), 'x');
  const path = await driver.mount('bound', { type: 'none', device: source, o: 'bind,ro' });
  assert.deepEqual(readdirSync(path), ['witness']);
  assert.throws(() => writeFileSync(join(path, 'new'), 'x'), /EROFS/);
  await driver.remove('bound');
  assert.deepEqual(readdirSync(source), ['witness']);
  assert.ok(!existsSync(path));
});

test('what the kernel refuses is told in its words, and nothing stays mounted', async () => {
  const driver = open(freshRoot());
  const options = { type: 'none', device: join(folder, 'nope'), o: 'bind' };
  await assert.rejects(
    driver.mount('bad', options),
    /failed to mount local volume: mount .*\/nope:.*flags: 0x1000: no such file or directory/,
  );
  await assert.rejects(driver.mount('odd', { type: 'nosuchfs', device: 'x' }), /no such device/);
  assert.deepEqual(ours(), []);
});
