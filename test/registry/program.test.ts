/** The program itself: settings that are wrong, a start, an end. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { command } from '../harness/command.ts';
import { startRegistryProcess } from '../harness/registry/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'registry-program-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const minke = (...args: string[]) =>
  command([
    process.execPath,
    resolve(import.meta.dirname, '../../src/bin/minke.ts'),
    'registry',
    'serve',
    ...args,
  ]);

test('settings are checked, all that is wrong is told at once', async () => {
  const file = join(folder, 'settings.json');
  writeFileSync(file, JSON.stringify({ listen: '127.0.0.1:0', gc: { grace: 'soon' }, qotas: [] }));
  const bad = await minke('--config', file, '--check');
  assert.equal(bad.code, 1);
  assert.deepEqual(bad.stderr.trim().split('\n').sort(), [
    `${file}: gc.grace: a duration like "90s", "12h" or "30d" is expected`,
    `${file}: qotas: there is no such setting`,
  ]);
  writeFileSync(file, '{}');
  const good = await minke('--config', file, '--check');
  assert.equal(good.stdout, 'configuration OK\n');
  assert.equal(good.code, 0);
  const nowhere = await minke('--config', file);
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.stderr, /where to keep everything\? Give --root DIR/);
  assert.equal((await minke('--frob')).code, 125);
});

test('it serves until it is told to end', async () => {
  const registry = await startRegistryProcess({ root: join(folder, 'root') });
  assert.equal((await registry.ask('GET', '/v2/')).status, 200);
  await registry.end('SIGTERM');
  assert.match(registry.log(), /the registry ends" signal=SIGTERM/);
});
