import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isKind } from '../../errors/minke-error.ts';
import { keeperLayout, taskFolder, taskLayout } from '../layout.ts';
import { encodeControl } from './control.ts';
import { runtimeWords } from './runtime-words.ts';
import { parseShimRecord } from './shim-record.ts';
import { runtimeArgv } from './start-shim.ts';

test('records of the shim', () => {
  assert.deepEqual(parseShimRecord('started 42 17'), { word: 'started', pid: 42, time: 17n });
  assert.deepEqual(parseShimRecord('exit 768 17'), { word: 'exit', code: 3, time: 17n });
  assert.deepEqual(parseShimRecord('exit 9 17'), { word: 'exit', code: 137, time: 17n });
  assert.deepEqual(parseShimRecord('failed 256 5'), { word: 'failed', code: 1, time: 5n });
  assert.deepEqual(parseShimRecord('error status 2 5'), {
    word: 'error',
    step: 'status',
    errno: 2,
    time: 5n,
  });
  assert.equal(parseShimRecord(''), undefined);
  assert.equal(parseShimRecord('exit nine 1'), undefined);
});

test('control messages have five bytes', () => {
  assert.deepEqual([...encodeControl({ verb: 'acknowledge' })], [97, 0, 0, 0, 0]);
  assert.deepEqual([...encodeControl({ verb: 'close-stdin' })], [99, 0, 0, 0, 0]);
  assert.deepEqual(
    [...encodeControl({ verb: 'resize', height: 300, width: 99_999 })],
    [119, 44, 1, 255, 255],
  );
});

test('placeholders become paths, other words stay', () => {
  const paths = taskLayout('/k/t');
  const word = (name: string) => `\u0024{${name}}`;
  assert.deepEqual(
    runtimeArgv(['crun', word('PID_FILE'), `a${word('LOG_FILE')}b`, word('HOME'), '$1'], paths),
    ['crun', '/k/t/pid', 'a/k/t/runtime.logb', word('HOME'), '$1'],
  );
});

test('a task’s folder', () => {
  const layout = keeperLayout('/run/minke/keeper');
  const id = 'ab'.repeat(32);
  assert.equal(taskFolder(layout, id), '/run/minke/keeper/tasks/abababababababababababab');
  assert.equal(taskFolder(layout, 'short-1'), '/run/minke/keeper/tasks/short-1');
  for (const bad of ['', '../x', 'A', 'a/b', '-a', 'a'.repeat(200)]) {
    assert.throws(
      () => taskFolder(layout, bad),
      (error) => isKind(error, 'invalid'),
    );
  }
  assert.throws(
    () => taskFolder(keeperLayout(`/${'x'.repeat(90)}`), id),
    (error) => isKind(error, 'invalid'),
  );
});

test('words of a runtime that failed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'minke-words-'));
  const log = join(folder, 'log');
  try {
    assert.equal(runtimeWords(log, ' by stderr\n'), 'by stderr');
    writeFileSync(
      log,
      '{"msg":"a warning","level":"warning"}\n{"msg":"no such","level":"error"}\nnot JSON\n',
    );
    assert.equal(runtimeWords(log, 'by stderr'), 'no such');
    writeFileSync(log, 'executable file `a\nb` not found\n');
    assert.equal(runtimeWords(log, 'by stderr'), 'executable file `a\nb` not found');
    writeFileSync(log, '{"msg":"a warning","level":"warning"}\n');
    assert.equal(runtimeWords(log, 'by stderr'), 'by stderr');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
