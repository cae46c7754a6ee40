import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { blobStoreSuite, scratchSuite } from '../blob-suite.ts';
import { BlobFiles } from './blob-files.ts';
import { ScratchFiles } from './scratch-files.ts';

const roots: string[] = [];
after(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

function freshRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'minke-blobs-'));
  roots.push(root);
  return root;
}

blobStoreSuite('files', async () => new BlobFiles(freshRoot()));
scratchSuite('files', async () => new ScratchFiles(freshRoot()));

test('half-written blobs of a crash go when the store opens', async () => {
  const root = freshRoot();
  const store = new BlobFiles(root);
  writeFileSync(join(root, 'new', '1-1'), 'half');
  await assert.rejects(store.put(Buffer.from('x'), { size: 2 }));
  assert.deepEqual(readdirSync(join(root, 'new')), ['1-1']);
  new BlobFiles(root);
  assert.deepEqual(readdirSync(join(root, 'new')), []);
});

test('scratch files have no name, and stop before the disk is full', async () => {
  const root = freshRoot();
  const scratch = await new ScratchFiles(root).create();
  assert.deepEqual(readdirSync(root), []);
  await scratch.close();
  const full = await new ScratchFiles(root, Number.MAX_SAFE_INTEGER).create();
  await assert.rejects(full.append(Buffer.from('x')), /no space left on device/);
  await full.close();
});
