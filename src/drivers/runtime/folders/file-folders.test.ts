import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MemoryMounts } from '../../../host/mount/memory/mounts.ts';
import { FileFolders } from './file-folders.ts';

test('folders without a record are strays, unless one was moved aside', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'minke-folders-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const at = (name: string): string => join(root, name);
  const made = new FileFolders({
    bundles: at('bundles'),
    folders: at('containers'),
    parts: at('parts'),
    mounts: new MemoryMounts(),
  });
  const files = {
    whole: ['config.v2.json', 'hosts'],
    mended: ['config.v2.json', 'config.v2.json.broken-2026'],
    broken: ['config.v2.json.broken-2026', 'hosts'],
    writing: ['config.v2.json.tmp'],
    stray: ['hosts'],
    empty: [],
    '.hidden': ['hosts'],
  };
  for (const [id, names] of Object.entries(files)) {
    mkdirSync(at(`containers/${id}`));
    for (const name of names) writeFileSync(at(`containers/${id}/${name}`), '');
  }
  const { strays, damaged } = made.withoutRecord();
  assert.deepEqual(strays.sort(), ['empty', 'stray']);
  assert.deepEqual(damaged, ['broken']);
});
