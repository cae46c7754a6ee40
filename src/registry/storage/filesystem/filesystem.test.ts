import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isKind } from '../../../errors/minke-error.ts';
import { storageSuite } from '../suite.ts';
import { FileStorage } from './filesystem.ts';

const base = mkdtempSync(join(tmpdir(), 'registry-storage-'));
after(() => rmSync(base, { recursive: true, force: true }));
const fresh = (): string => mkdtempSync(join(base, 'a'));

storageSuite('file storage', async () => {
  const root = fresh();
  const storage = await FileStorage.open(root);
  return {
    storage,
    again: async () => {
      await storage.close();
      return FileStorage.open(root);
    },
  };
});

test('one process at a time serves from a folder', async () => {
  const root = fresh();
  const first = await FileStorage.open(root);
  await assert.rejects(FileStorage.open(root), (error) => isKind(error, 'conflict'));
  await first.close();
  await (await FileStorage.open(root)).close();
});

test('nothing is left of what was removed', async () => {
  const root = fresh();
  const storage = await FileStorage.open(root);
  await storage.write('a/b/c', Buffer.from('c'));
  await storage.write('a/b/d/e', Buffer.from('e'));
  await storage.remove('a/b/c');
  await storage.removeFolder('a/b/d');
  await storage.close();
  assert.deepEqual(readdirSync(root), ['.minke']);
  assert.deepEqual(readdirSync(join(root, '.minke')), ['new']);
});
