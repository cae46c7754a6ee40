import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../../test/harness/until.ts';
import { hungUp } from './hung-up.ts';

test('a peer that ended its half is there, one that is gone is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'minke-hup-'));
  const path = join(folder, 'sock');
  const accepted = Promise.withResolvers<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => accepted.resolve(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const client = connect({ path, allowHalfOpen: true });
  const socket = await accepted.promise;
  const { fd } = Reflect.get(socket, '_handle');
  assert.equal(hungUp(fd), false);
  socket.resume();
  client.end();
  await new Promise((resolve) => socket.once('end', resolve));
  assert.equal(hungUp(fd), false);
  client.destroy();
  await until('the hang-up', () => hungUp(fd));
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});
