import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileFailure } from './failure.ts';
import { checkOutputPath } from './sink.ts';
import { openSource } from './source.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-failure-'));
const file = join(folder, 'file');
writeFileSync(file, '');
after(() => rmSync(folder, { recursive: true }));

test('what is to be read and is no file is told in the words of Go', () => {
  assert.throws(() => openSource(join(folder, 'none')), {
    message: `open ${join(folder, 'none')}: no such file or directory`,
  });
  assert.throws(() => openSource(join(file, 'x')), { message: `open ${join(file, 'x')}: not a directory` });
  assert.throws(() => openSource(folder), { message: `read ${folder}: is a directory` });
});

test('what can not be written is told before anything is asked of the daemon', () => {
  assert.throws(() => checkOutputPath(folder), { message: 'cannot write to a directory' });
  assert.throws(() => checkOutputPath(join(file, 'x')), {
    message: `invalid output path: stat ${file}: not a directory`,
  });
  assert.throws(() => checkOutputPath(join(folder, 'none', 'x')), {
    message: `invalid output path: stat ${join(folder, 'none')}: no such file or directory`,
  });
  checkOutputPath(join(folder, 'new'));
  checkOutputPath(file);
});

test('other errors stay as they are', () => {
  const error = new Error('why');
  assert.equal(fileFailure('x', error), error);
});
