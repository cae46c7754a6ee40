import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../../test/harness/network/free-port.ts';
import { isPortFree } from './free-port.ts';

test('a port that somebody listens on is not free, and looking leaves nothing behind', async (t) => {
  const server = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  t.after(() => server.close());
  assert.equal(await isPortFree('tcp', '127.0.0.1', port), false);
  assert.equal(await isPortFree('tcp', '0.0.0.0', port), false);
  assert.equal(await isPortFree('udp', '127.0.0.1', port), true);
  assert.equal(await isPortFree('tcp', '127.0.0.2', port), true);
  assert.equal(await isPortFree('tcp', '127.0.0.2', port), true);
});

test('the same for UDP', async (t) => {
  const socket = createSocket('udp4');
  const port = await freePort();
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  t.after(() => socket.close());
  assert.equal(await isPortFree('udp', '127.0.0.1', port), false);
  assert.equal(await isPortFree('tcp', '127.0.0.1', port), true);
});
