import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { groupId, openListeners } from './open.ts';

const options = { group: 'no such group', tls: null, environment: {} };

test('a group by name or number', () => {
  const file = 'root:x:0:\ndocker:x:998:a,b\nbroken\n';
  assert.deepEqual(
    [groupId('docker', file), groupId('77', file), groupId('dock', file), groupId('broken', file)],
    [998, 77, null, null],
  );
});

test('a unix socket is 0660, replaces a dead one, and goes with its listener', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'minke-listen-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'sub', 'a.sock');
  const [first] = await openListeners([{ kind: 'unix', path }], options);
  first?.server.on('connection', (socket) => socket.destroy());
  assert.equal(statSync(path).mode & 0o777, 0o660);
  await assert.rejects(openListeners([{ kind: 'unix', path }], options), /another daemon answers there/);
  await first?.close();
  assert.equal(existsSync(path), false);
  writeFileSync(path, 'left by a crash');
  const [second] = await openListeners([{ kind: 'unix', path }], options);
  await second?.close();
});

test('all listeners or none', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'minke-listen-'));
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    taken.close();
    rmSync(dir, { recursive: true });
  });
  const address = taken.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const path = join(dir, 'a.sock');
  const both = openListeners(
    [
      { kind: 'unix', path },
      { kind: 'tcp', host: '127.0.0.1', port },
    ],
    options,
  );
  await assert.rejects(both, new RegExp(`listen 127.0.0.1:${port}: bind: address already in use`));
  assert.equal(existsSync(path), false);
});

test('socket activation wants its variables', async () => {
  await assert.rejects(
    openListeners([{ kind: 'activated' }], options),
    /no sockets found via socket activation/,
  );
});
