import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sealedCopy } from './sealed-copy.ts';

const none = 'this host allows no program in memory (memfd_create), or goes by labels of files';

const program = (folder: string): string => {
  const path = join(folder, 'program');
  copyFileSync('/bin/cat', path);
  return path;
};

const inFolder = (run: (folder: string, context: TestContext) => void) => (context: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'sealed-'));
  try {
    run(folder, context);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test(
  'a copy runs as its program does, and nobody can write to it',
  inFolder((folder, context) => {
    const fd = sealedCopy(program(folder));
    if (fd === null) return context.skip(none);
    const ran = spawnSync(`/proc/${process.pid}/fd/${fd}`, [], { argv0: 'cat', input: 'words' });
    assert.equal(ran.stdout?.toString(), 'words');
    assert.throws(() => writeFileSync(`/proc/self/fd/${fd}`, 'x'), /EPERM/);
  }),
);

test(
  'the same file is copied once, another one anew',
  inFolder((folder, context) => {
    const path = program(folder);
    const first = sealedCopy(path);
    assert.equal(sealedCopy(path), first);
    rmSync(path);
    writeFileSync(path, '#!/bin/sh\necho other\n', { mode: 0o755 });
    const second = sealedCopy(path);
    if (first === null || second === null) return context.skip(none);
    assert.equal(
      spawnSync('cat', [`/proc/${process.pid}/fd/${second}`]).stdout.toString(),
      '#!/bin/sh\necho other\n',
    );
  }),
);
