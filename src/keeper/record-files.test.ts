import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { recordFiles, writeRecord } from './record-files.ts';

test('records are written for one user, and what was cut short goes', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'minke-records-'));
  t.after(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'names');
  assert.deepEqual(recordFiles(folder), []);
  writeRecord(join(folder, 'a.json'), { a: 1 });
  writeFileSync(join(folder, 'b.json.tmp'), '{"half');
  assert.deepEqual(recordFiles(folder), [join(folder, 'a.json')]);
  assert.deepEqual(readdirSync(folder), ['a.json']);
  assert.equal(readFileSync(join(folder, 'a.json'), 'utf8'), '{"a":1}');
  assert.equal(statSync(join(folder, 'a.json')).mode & 0o777, 0o600);
});
