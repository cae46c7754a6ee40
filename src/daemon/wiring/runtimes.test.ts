import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseDefault } from './runtimes.ts';

const works = { usable: true };
const fails = { usable: false, reason: 'hybrid cgroups' };

test('crun first, runc where it does not work, and the reason is told', () => {
  assert.deepEqual(
    chooseDefault(
      '',
      new Map([
        ['crun', works],
        ['runc', works],
      ]),
    ),
    { name: 'crun', warnings: [] },
  );
  assert.deepEqual(
    chooseDefault(
      '',
      new Map<string, { usable: boolean; reason?: string }>([
        ['crun', fails],
        ['runc', works],
      ]),
    ),
    {
      name: 'runc',
      warnings: ['OCI runtime crun is not used: hybrid cgroups'],
    },
  );
  assert.throws(
    () => chooseDefault('', new Map([['crun', fails]])),
    /install crun or runc .*hybrid cgroups; .*not installed/,
  );
});

test('the one that was asked for, or a clear no', () => {
  assert.deepEqual(
    chooseDefault(
      'kata',
      new Map([
        ['crun', works],
        ['kata', works],
      ]),
    ),
    { name: 'kata', warnings: [] },
  );
  assert.throws(() => chooseDefault('kata', new Map()), /specified default runtime 'kata' does not exist/);
  assert.throws(
    () => chooseDefault('runc', new Map([['runc', fails]])),
    /does not work here: hybrid cgroups/,
  );
});
