import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { isPortFree } from './free-port.ts';

test('a port that somebody listens on is not free, and looking leaves nothing behind', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  assert.equal(await isPortFree('tcp', '127.0.0.1', port), false);
  assert.equal(await isPortFree('tcp', '0.0.0.0', port), false);
  assert.equal(await isPortFree('udp', '127.0.0.1', port), true);
  assert.equal(await isPortFree('tcp', '127.0.0.2', port), true);
  assert.equal(await isPortFree('tcp', '127.0.0.2', port), true);
});

test('the same for UDP', async (t) => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  t.after(() => socket.close());
  const { port } = socket.address();
  assert.equal(await isPortFree('udp', '127.0.0.1', port), false);
  assert.equal(await isPortFree('tcp', '127.0.0.1', port), true);
});
