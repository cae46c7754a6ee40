import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { test } from 'node:test';

const entry = new URL('./write.ts', import.meta.url).href;
const script = `const { writeStandardError } = await import(${JSON.stringify(entry)});
writeStandardError('one\\n'); writeStandardError('two\\n'); process.stdout.write('alive');`;
const run = (stderr: number | 'pipe') =>
  spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', stderr],
    encoding: 'utf8',
  });

test('lines are written, and a full disk does not end the writer', () => {
  const well = run('pipe');
  assert.deepEqual([well.status, well.stdout, well.stderr], [0, 'alive', 'one\ntwo\n']);
  const full = run(openSync('/dev/full', 'w'));
  assert.deepEqual([full.status, full.stdout], [0, 'alive']);
});
