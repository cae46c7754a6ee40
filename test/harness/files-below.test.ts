import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathsBelow } from './files-below.ts';

test('all that is below a folder, and nothing of one that is gone or no folder', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'minke-below-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'b/deep'), { recursive: true });
  writeFileSync(join(root, 'b/deep/file'), '');
  writeFileSync(join(root, 'a'), '');
  const below = ['a', 'b', 'b/deep', 'b/deep/file'].map((name) => join(root, name));
  assert.deepEqual(await pathsBelow(root), below);
  assert.deepEqual(await pathsBelow(join(root, 'gone')), []);
  assert.deepEqual(await pathsBelow(join(root, 'a')), []);
});

test('folders that come and go while it is looked through are no error', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'minke-below-'));
  t.after(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'stays'), '');
  const places = Array.from({ length: 20 }, (_, at) => join(root, `place${at}`));
  for (let round = 0; round < 10; round++) {
    for (const place of places) mkdirSync(join(place, 'deep'), { recursive: true });
    const removing = async (): Promise<void> => {
      for (const place of places) {
        rmSync(place, { recursive: true });
        await new Promise(setImmediate);
      }
    };
    const [found] = await Promise.all([pathsBelow(root), removing()]);
    assert.ok(found.includes(join(root, 'stays')));
  }
});
