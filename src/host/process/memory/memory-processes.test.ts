import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemCode } from '../../../errors/minke-error.ts';
import { MemoryProcesses } from './memory-processes.ts';

test('pretended programs answer and are written down', async () => {
  const processes = new MemoryProcesses({
    upper: ({ stdin }) => ({ stdout: stdin.toUpperCase() }),
    fails: () => ({ code: 3 }),
  });
  assert.equal((await processes.run(['upper'], { stdin: 'abc' })).stdout, 'ABC');
  assert.equal((await processes.run(['fails', 'x'])).code, 3);
  await assert.rejects(processes.run(['absent']), (error) => systemCode(error) === 'ENOENT');
  assert.deepEqual(
    processes.calls.map(({ argv }) => argv),
    [['upper'], ['fails', 'x']],
  );
  const piped = await processes.start(['upper'], { stdin: 'pipe', stdout: 'pipe' });
  piped.stdin?.end('xyz');
  assert.equal(Buffer.concat((await piped.stdout?.toArray()) ?? []).toString(), 'XYZ');
});
