import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Processes, RunResult } from '../../../host/process/contract.ts';
import { pickProcesses, psWords } from './ps.ts';
import { top } from './top.ts';

const listing = [
  'UID          PID    PPID  C STIME TTY          TIME CMD',
  'root           1       0  0 10:00 ?        00:00:01 /sbin/init splash',
  'root        4242    4200  0 10:01 ?        00:00:00 sh -c  sleep 5',
  'root        4243    4242  0 10:01 ?        00:00:00 sleep 5',
  '',
].join('\n');

test("only the container's rows, the command whole", () => {
  assert.deepEqual(pickProcesses(listing, new Set([4242, 4243])), {
    Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
    Processes: [
      ['root', '4242', '4200', '0', '10:01', '?', '00:00:00', 'sh -c sleep 5'],
      ['root', '4243', '4242', '0', '10:01', '?', '00:00:00', 'sleep 5'],
    ],
  });
  assert.throws(() => pickProcesses('USER CMD\nroot x\n', new Set([1])), /Couldn't find PID field/);
});

test('the column of pids keeps its name', () => {
  assert.deepEqual(psWords(''), ['-ef']);
  assert.deepEqual(psWords(' -eo  pid,comm '), ['-eo', 'pid,comm']);
  for (const bad of ['-eo pid=X', '-o pid=', '-eopid=X', '-e -o comm,pid=Y'])
    assert.throws(() => psWords(bad), /can not be renamed/, bad);
});

function processesOf(results: readonly Partial<RunResult>[]): Processes & { calls: (readonly string[])[] } {
  const rest = [...results];
  const calls: (readonly string[])[] = [];
  return {
    calls,
    run: async (argv) => {
      calls.push(argv);
      return { code: 0, signal: null, stdout: '', stderr: '', ...rest.shift() };
    },
    start: () => Promise.reject(new Error('not used')),
  };
}
const source = { id: 'c', running: true, restarting: false, pids: () => [4242] };

test('where ps refuses to pick, all processes are looked through', async () => {
  const processes = processesOf([{ code: 1 }, { stdout: listing }]);
  const { Processes: rows } = await top(source, '', processes);
  assert.equal(rows?.length, 1);
  assert.deepEqual(processes.calls, [
    ['ps', '-ef', '-q', '4242'],
    ['ps', '-ef'],
  ]);
});

test('its states and failures have words', async () => {
  await assert.rejects(top({ ...source, running: false }, '', processesOf([])), /container c is not running/);
  await assert.rejects(
    top({ ...source, restarting: true }, '', processesOf([])),
    /Container c is restarting/,
  );
  await assert.rejects(
    top(
      source,
      '-z',
      processesOf([{ code: 1 }, { code: 1, stderr: 'error: unknown option\n\nUsage:\n ps\n' }]),
    ),
    /ps: error: unknown option$/,
  );
});
