/**
 * Runs a test file again in a network namespace of its own, so that bridges, rules and sysctls that it makes are
 * nobody else's. True inside: the caller then states its tests.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { command } from '../../harness/command.ts';

const mark = 'MINKE_TEST_INSIDE';

export function inside(file: string): boolean {
  if (process.env[mark] === '1') return true;
  test('in a network namespace of its own', async () => {
    const argv = [
      'unshare',
      '--net',
      '--',
      process.execPath,
      '--test',
      '--test-isolation=none',
      fileURLToPath(file),
    ];
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const result = await command(argv, { env: { ...env, [mark]: '1' }, timeout: 500_000 });
    assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`);
  });
  return false;
}
