import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { argvOf, kill, pids } from './processes.ts';
import { until } from './until.ts';

test('a process has its words, and is gone when it was killed', async () => {
  const child = spawn('sleep', ['1000', '2000']);
  const ended = once(child, 'exit');
  const pid = child.pid ?? 0;
  await until('the program to run', async () => (await argvOf(pid))[0] === 'sleep');
  assert.deepEqual(await argvOf(pid), ['sleep', '1000', '2000']);
  assert.ok((await pids()).includes(pid));
  kill(pid);
  await ended;
  assert.deepEqual(await argvOf(pid), []);
  // More than the kernel ever gives.
  kill(2 ** 22 + 1);
  kill(undefined);
});
