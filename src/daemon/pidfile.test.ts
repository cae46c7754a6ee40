import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writePidfile } from './pidfile.ts';

test('the file is taken over from the dead and from strangers, not from a living daemon', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'minke-pid-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'deep', 'minke.pid');
  const undo = writePidfile(path);
  assert.equal(readFileSync(path, 'utf8'), String(process.pid));
  undo();
  assert.equal(existsSync(path), false);

  for (const stale of ['999999999', 'x', '', String(process.ppid)]) {
    writeFileSync(path, stale);
    writePidfile(path, 'no such program')();
  }
  writeFileSync(path, String(process.ppid));
  assert.throws(
    () => writePidfile(path, ''),
    new RegExp(`process with PID ${process.ppid} is still running`),
  );
});

test("the undo leaves another daemon's file alone", (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'minke-pid-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'minke.pid');
  const undo = writePidfile(path);
  writeFileSync(path, '1');
  undo();
  assert.equal(readFileSync(path, 'utf8'), '1');
});
