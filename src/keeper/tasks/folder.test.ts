import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeFifo, openFifo } from '../../host/pipe/fifo.ts';
import { type TaskLayout, taskLayout } from '../layout.ts';
import { findTaskFolders } from './folder.ts';

/** A task's folder with half a spec. */
function damaged(t: TestContext): { tasks: string; paths: TaskLayout } {
  const tasks = mkdtempSync(join(tmpdir(), 'minke-tasks-'));
  t.after(() => rmSync(tasks, { recursive: true }));
  const paths = taskLayout(join(tasks, 'one'));
  mkdirSync(paths.folder);
  for (const path of [paths.status, paths.control]) makeFifo(path);
  writeFileSync(paths.spec, '{"attempt":"x","ta');
  return { tasks, paths };
}

test('a task whose spec is damaged, and whose shim has gone, leaves its folder', (t) => {
  const { tasks, paths } = damaged(t);
  assert.deepEqual(findTaskFolders(tasks), []);
  assert.equal(existsSync(paths.folder), false);
});

test('while a shim holds it the folder stays, until the process has ended', (t) => {
  const { tasks, paths } = damaged(t);
  openFifo(paths.status, 'read');
  assert.deepEqual(findTaskFolders(tasks), []);
  assert.equal(existsSync(paths.status), true);
  writeFileSync(paths.exit, 'exit 0 1\n');
  assert.deepEqual(findTaskFolders(tasks), []);
  assert.equal(existsSync(paths.folder), false);
});
