import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crunComplaint } from '../crun/complaints.ts';
import { runcComplaint } from '../runc/complaints.ts';
import { runArgv } from './argv.ts';
import { compareVersions, floorWarnings } from './floors.ts';
import { lastError } from './log.ts';
import { parseVersion } from './version.ts';

test('the last error of a runtime’s log', () => {
  const line = (level: string, msg: string) => JSON.stringify({ level, msg, time: 'x' });
  assert.equal(lastError(`${line('warning', 'a')}\n${line('error', 'b "c"')}\n`), 'b "c"');
  assert.equal(lastError('crun: not JSON\n'), 'crun: not JSON');
  assert.equal(lastError(''), '');
});

test('versions', () => {
  assert.deepEqual(parseVersion('crun version 1.8.1\ncommit: f8a\nspec: 1.0.0\n'), {
    program: 'crun',
    version: '1.8.1',
    commit: 'f8a',
  });
  assert.deepEqual(parseVersion('youki x'), { program: '', version: '' });
  assert.ok(compareVersions('1.10', '1.9.2') > 0);
  assert.equal(compareVersions('1.1.5+ds1', '1.1.5'), 0);
});

test('warnings below the security floors', () => {
  assert.equal(floorWarnings('crun', '1.8.1', '').length, 3);
  assert.equal(floorWarnings('crun', '1.30', '').length, 1);
  assert.deepEqual(floorWarnings('crun', '1.31.1', ''), []);
  assert.equal(floorWarnings('runc', '1.2.8', '').length, 1);
  assert.equal(floorWarnings('runc', '1.2.7', '').length, 2);
  assert.deepEqual(floorWarnings('runc', '1.4.3', ''), []);
  assert.match(floorWarnings('runc', '1.1.5+ds1', '1.1.5+ds1-1+deb12u1')[0] ?? '', /1\.1\.5\+ds1-1\+deb12u1/);
  assert.deepEqual(floorWarnings('youki', '0.1', ''), []);
});

test('a command line', () => {
  const command = { path: '/usr/bin/x', args: ['--a'], root: '/r' };
  assert.deepEqual(runArgv(command, { id: 'i', bundle: '/b', tty: true }), [
    ...[
      '/usr/bin/x',
      '--a',
      '--root',
      '/r',
      '--log',
      '$' + '{LOG_FILE}',
      '--log-format',
      'json',
      'run',
      '--detach',
    ],
    ...[
      '--pid-file',
      '$' + '{PID_FILE}',
      '--bundle',
      '/b',
      '--console-socket',
      '$' + '{CONSOLE_SOCKET}',
      'i',
    ],
  ]);
});

test('complaints of crun as runc would put them', () => {
  const said = (words: string, args: string[], kind: 'container' | 'exec' = 'container') =>
    crunComplaint(words, kind, { args, cwd: '/w' });
  const start = 'runc create failed: unable to start container process: ';
  assert.equal(
    said('executable file `nope` not found in $PATH: No such file or directory', ['nope']),
    `${start}exec: "nope": executable file not found in $PATH`,
  );
  assert.equal(
    said('executable file `/nope` not found in $PATH: No such file or directory', ['/nope']),
    `${start}exec: "/nope": stat /nope: no such file or directory`,
  );
  assert.equal(
    said('open executable: Permission denied', ['/etc/passwd']),
    `${start}exec: "/etc/passwd": permission denied`,
  );
  assert.equal(
    said('open executable: Operation not permitted', ['/tmp']),
    `${start}exec: "/tmp": permission denied`,
  );
  assert.equal(
    said('open executable: Operation not permitted', ['']),
    `${start}exec: "": executable file not found in $PATH`,
  );
  assert.equal(
    said('chdir to `/w`: No such file or directory', ['true'], 'exec'),
    'exec failed: unable to start container process: chdir to cwd ("/w") set in config.json failed: no such file or directory',
  );
  assert.equal(
    said('mount `x` to `y`: Not a directory', ['a']),
    `${start}mount \`x\` to \`y\`: not a directory`,
  );
});

test('complaints of runc', () => {
  const rest = 'unable to start container process: exec: "nope": executable file not found in $PATH';
  assert.equal(runcComplaint(`runc run failed: ${rest}`, 'container'), `runc create failed: ${rest}`);
  assert.equal(runcComplaint(`exec failed: ${rest}`, 'exec'), `exec failed: ${rest}`);
});
