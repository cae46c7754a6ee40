import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectOrStart } from './connect.ts';

test('a keeper that dies with the connection in its queue is followed by another', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'minke-connect-'));
  const path = join(folder, 'socket');
  const dying = createServer().listen(path);
  await once(dying, 'listening');
  const next: Server = createServer((socket) => socket.end('here'));
  t.after(() => {
    next.close();
    rmSync(folder, { recursive: true });
  });
  let starts = 0;
  const connected = connectOrStart(
    path,
    () => {
      starts += 1;
      next.listen(path);
      return { pid: 0, ended: new Promise(() => {}), kill: () => {} };
    },
    new AbortController().signal,
  );
  // The connection is made by now, and not yet accepted.
  dying.close();
  const socket = await connected;
  const [said] = await once(socket, 'data');
  assert.equal(String(said), 'here');
  assert.equal(starts, 1);
  socket.destroy();
});
