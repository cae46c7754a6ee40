import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Seccomp } from '../../../wire/oci-runtime.ts';
import { FilterCache } from './filter-cache.ts';

const rules: Seccomp = { defaultAction: 'SCMP_ACT_ERRNO', architectures: [], syscalls: [] };
const program = Buffer.alloc(8 * 40, 6);

test('what was learnt is known, to the next daemon too, unless its file is damaged', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'minke-filters-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const open = (version = '1.8.1'): FilterCache => new FilterCache(folder, version);
  const cache = open();
  assert.equal(cache.get(rules), undefined);
  cache.learn(rules, program);
  assert.equal(cache.get(rules), program.toString('base64'));
  assert.equal(open().get(rules), program.toString('base64'));
  assert.equal(open('1.9').get(rules), undefined);

  const [name = ''] = readdirSync(folder);
  const file = join(folder, name);
  // A whole number of instructions, and none the less not the filter.
  truncateSync(file, 32 + 8 * 20);
  assert.equal(open().get(rules), undefined);
  writeFileSync(file, program);
  assert.equal(open().get(rules), undefined);
  const again = open();
  again.learn(rules, program);
  assert.equal(open().get(rules), program.toString('base64'));
});

test('no program is learnt from what is none', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'minke-filters-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const cache = new FilterCache(folder, '1');
  for (const bytes of [0, 7, 12, 4097 * 8]) cache.learn(rules, Buffer.alloc(bytes));
  assert.equal(cache.get(rules), undefined);
});
