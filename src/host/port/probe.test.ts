import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { portIsFree } from './probe.ts';

test('a TCP port that somebody listens on is not free', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  assert.equal(await portIsFree('tcp', '127.0.0.1', address.port), false);
  assert.equal(await portIsFree('tcp', '0.0.0.0', address.port), false);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await portIsFree('tcp', '127.0.0.1', address.port), true);
});

test('a UDP port that somebody has is not free', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  assert.equal(await portIsFree('udp', '127.0.0.1', port), false);
  assert.equal(await portIsFree('tcp', '127.0.0.1', port), true);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  assert.equal(await portIsFree('udp', '127.0.0.1', port), true);
});
