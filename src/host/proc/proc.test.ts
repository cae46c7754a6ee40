import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { capabilityNames } from './capabilities.ts';
import { parseCpu, parseLimits, parseStat, statusRow } from './formats.ts';
import { LinuxProc } from './linux.ts';

test('a command’s name can’t shift the fields of stat', () => {
  const rest = Array.from({ length: 30 }, (_, index) => `f${index + 4}`).join(' ');
  assert.deepEqual(parseStat(`7 (a) R 1 (b) ) S ${rest}`), { state: 'S', startTime: 'f22' });
  assert.equal(parseStat(''), null);
});

test('times of all CPUs', () => {
  const text = 'cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\ncpu1 0 0 0 0 0 0 0 0 0 0\nintr 5\n';
  assert.deepEqual(parseCpu(text), { total: 360_000_000, online: 2 });
});

test('limits', () => {
  const text = `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max open files            1024                 20000                files
`;
  assert.deepEqual(
    [...parseLimits(text)],
    [
      ['cpu', { soft: -1, hard: -1 }],
      ['nofile', { soft: 1024, hard: 20_000 }],
    ],
  );
});

test('capabilities by name', () => {
  assert.deepEqual(capabilityNames('0000000000000003'), ['CAP_CHOWN', 'CAP_DAC_OVERRIDE']);
  assert.equal(capabilityNames('000001ffffffffff').length, 41);
  assert.ok(!capabilityNames('000001fffeffffff').includes('CAP_SYS_RESOURCE'));
  assert.equal(statusRow('Name:\tx\nCapBnd:\t0f\n', 'CapBnd'), '0f');
});

test('a signal reaches the process that was meant, or nobody', async () => {
  const proc = new LinuxProc();
  const child = spawn('sleep', ['100']);
  await once(child, 'spawn');
  const identity = proc.identify(child.pid ?? 0);
  assert.ok(identity);
  assert.equal(proc.signal({ ...identity, startTime: '1' }, 9), false);
  assert.equal(proc.signal(identity, 15), true);
  await once(child, 'exit');
  assert.equal(child.signalCode, 'SIGTERM');
  assert.equal(proc.signal(identity, 15), false);
  assert.equal(proc.identify(identity.pid), null);
});
