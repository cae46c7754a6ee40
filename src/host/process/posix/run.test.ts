import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { until } from '../../../../test/harness/until.ts';
import { isKind, systemCode } from '../../../errors/minke-error.ts';
import { run } from './run.ts';
import { start } from './start.ts';

const shell = (script: string) => ['/bin/sh', '-c', script];

test('output, status and signal come back', async () => {
  assert.deepEqual(await run(shell('echo out; echo err >&2; exit 7')), {
    code: 7,
    signal: null,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  const killed = await run(shell('kill -TERM $$'));
  assert.equal(killed.signal, 'SIGTERM');
  assert.equal(killed.code, 143);
});

test('the environment is what was given, the working directory too', async () => {
  const { stdout } = await run(['env'], { env: { A: '1', B: 'two words' } });
  assert.equal(stdout, 'A=1\nB=two words\n');
  assert.equal((await run(['pwd'], { cwd: '/usr' })).stdout, '/usr\n');
});

test('a child has descriptors 0 to 2 and default signals', async () => {
  const stray = openSync('/', 'r');
  try {
    const { stdout } = await run(shell('ls /proc/$$/fd'));
    // ls runs as the shell's child or in its place, and looks at the shell's.
    assert.deepEqual(stdout.trim().split('\n').slice(0, 3), ['0', '1', '2']);
    assert.ok(!stdout.split('\n').includes(String(stray)));
    // 32 and 33 are the C library's own, which glibc leaves ignored.
    assert.match(
      (await run(['cat', '/proc/self/status'])).stdout,
      /^SigIgn:\t0000000[01]80000000\n|^SigIgn:\t0+\n/m,
    );
  } finally {
    closeSync(stray);
  }
});

test('input larger than a pipe, output larger than a pipe', async () => {
  const big = 'x'.repeat(1_000_000);
  assert.equal((await run(['cat'], { stdin: big })).stdout, big);
  // A program that does not read its input.
  assert.equal((await run(['true'], { stdin: big })).code, 0);
});

test('limits end the program', async () => {
  await assert.rejects(run(['sleep', '30'], { timeout: 30 }), (error) => isKind(error, 'deadline'));
  const controller = new AbortController();
  const sleeping = run(shell('sleep 30 & wait'), { signal: controller.signal });
  controller.abort();
  await assert.rejects(sleeping, (error) => isKind(error, 'cancelled'));
  await assert.rejects(run(['yes'], { maxOutput: 100_000 }), (error) => isKind(error, 'internal'));
});

test('a program that is not there is ENOENT and nothing leaks', async () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  await assert.rejects(run(['no-such-program-here']), (error) => systemCode(error) === 'ENOENT');
  await assert.rejects(run(['/no/such/program'], { stdin: 'x' }), (error) => systemCode(error) === 'ENOENT');
  await assert.rejects(run(['./true']), (error) => systemCode(error) === 'ENOENT');
  await Promise.all(Array.from({ length: 20 }, () => run(['true'], { stdin: 'x' })));
  // Others of this process may close theirs meanwhile.
  await until('descriptors to be closed', () => open() <= before);
});

test('a descendant that holds the output does not keep us waiting', async () => {
  const { stdout } = await run(shell('sleep 300 & echo $!'));
  process.kill(Number(stdout), 'SIGKILL');
});

test('streams', async () => {
  const cat = await start(['cat'], { stdin: 'pipe', stdout: 'pipe' });
  cat.stdin?.write('a');
  cat.stdin?.end('b');
  assert.equal(Buffer.concat((await cat.stdout?.toArray()) ?? []).toString(), 'ab');
  assert.deepEqual(await cat.ended, { code: 0, signal: null });
  const sleeper = await start(['sleep', '30']);
  sleeper.kill('SIGTERM');
  assert.equal((await sleeper.ended).signal, 'SIGTERM');
  sleeper.kill('SIGTERM');
});
