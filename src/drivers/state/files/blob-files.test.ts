import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sha256 } from '../../../wire/digest.ts';
import { blobStoreSuite, incomingSuite, scratchSuite } from '../blob-suite.ts';
import { BlobFiles } from './blob-files.ts';
import { IncomingFiles } from './incoming-files.ts';
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
incomingSuite('files', async () => {
  const root = freshRoot();
  return { blobs: new BlobFiles(root), incoming: new IncomingFiles(root) };
});
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

test('what came of a blob survives the process, for a week', async () => {
  const root = freshRoot();
  const digest = sha256('ab');
  const first = await new IncomingFiles(root).open(digest);
  await first.append(Buffer.from('a'));
  // No close: the process was killed.
  const second = await new IncomingFiles(root).open(digest);
  assert.equal(second.size, 1);
  await second.append(Buffer.from('b'));
  assert.equal(await second.isWhole(), true);
  await second.close();
  await first.close();
  new IncomingFiles(root, { now: Date.now() + 8 * 24 * 3600 * 1000 });
  assert.deepEqual(readdirSync(join(root, 'incoming')), []);
});

test('incoming blobs stop before the disk is full', async () => {
  const root = freshRoot();
  const blob = await new IncomingFiles(root, { reserve: Number.MAX_SAFE_INTEGER }).open(sha256('x'));
  await assert.rejects(blob.append(Buffer.from('x')), /no space left on device/);
  await blob.discard();
});
