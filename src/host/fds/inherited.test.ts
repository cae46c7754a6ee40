import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('a descriptor that a parent left open is closed, Node goes on', () => {
  const stray = openSync('/', 'r');
  try {
    const script = `
      import { readdirSync, readlinkSync } from 'node:fs';
      import { closeInherited } from ${JSON.stringify(fileURLToPath(new URL('inherited.ts', import.meta.url)))};
      closeInherited();
      const open = readdirSync('/proc/self/fd').filter((fd) => {
        try { return readlinkSync('/proc/self/fd/' + fd) === '/'; } catch { return false; }
      });
      setTimeout(() => console.log(open.length), 5);`;
    const stdio = ['ignore', 'pipe', 'inherit', ...new Array(20).fill(stray)] as const;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { stdio: [...stdio] });
    assert.equal(child.stdout.toString(), '0\n');
  } finally {
    closeSync(stray);
  }
});
