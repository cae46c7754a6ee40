/** The userland proxy, with addresses of the loopback in the place of a container's. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { isKind } from '../../../src/errors/minke-error.ts';
import type { KeeperClient } from '../../../src/keeper/client/keeper-client.ts';
import type { ProxySpec } from '../../../src/wire/keeper.ts';
import { until } from '../../harness/until.ts';
import { Ground } from './ground.ts';

let ground: Ground;
let keeper: KeeperClient;
let server: Server;
before(async () => {
  ground = await Ground.make();
  keeper = await ground.open();
  // Answers behind the end of what it was sent: half-close has to come through.
  server = createServer({ allowHalfOpen: true }, (socket) => {
    let sent = '';
    socket.on('data', (bytes: Buffer) => {
      sent += bytes.toString('latin1');
    });
    socket.on('end', () => socket.end(sent.toUpperCase()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(async () => {
  server.close();
  assert.deepEqual(await ground.close(), { retired: true });
});

function portOf(address: ReturnType<Server['address']>): number {
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const port = portOf(probe.address());
  probe.close();
  await once(probe, 'close');
  return port;
}

const proxyTo = (hostPort: number, containerPort: number, proto: ProxySpec['proto'] = 'tcp'): ProxySpec => ({
  proto,
  hostIp: '127.0.0.1',
  hostPort,
  containerIp: '127.0.0.1',
  containerPort,
});

async function ask(port: number, text: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(text);
  return Buffer.concat(await socket.toArray()).toString();
}

test('TCP with half-close, again after the keeper was killed, closed when stated empty', async () => {
  const port = await freePort();
  await keeper.proxies('web', [proxyTo(port, portOf(server.address()))]);
  const big = 'a'.repeat(3_000_000);
  assert.ok((await ask(port, big)) === big.toUpperCase());
  process.kill(keeper.pid, 'SIGKILL');
  await keeper.list();
  const answer = await until('the proxy to be there again', () => ask(port, 'again').catch(() => undefined));
  assert.equal(answer, 'AGAIN');
  await keeper.proxies('web', []);
  await assert.rejects(ask(port, 'gone'));
});

test('those of containers that are no more are closed', async () => {
  const [stays, goes] = [await freePort(), await freePort()];
  const target = portOf(server.address());
  await keeper.proxies('stays', [proxyTo(stays, target)]);
  await keeper.proxies('goes', [proxyTo(goes, target)]);
  await keeper.keepProxies(['stays', 'other']);
  assert.equal(await ask(stays, 'here'), 'HERE');
  await assert.rejects(ask(goes, 'gone'));
  await keeper.proxies('stays', []);
});

test('all or nothing', async () => {
  const [mine, taken] = [await freePort(), portOf(server.address())];
  const target = portOf(server.address());
  await keeper.proxies('one', [proxyTo(mine, target)]);
  const other = await freePort();
  await assert.rejects(
    keeper.proxies('one', [proxyTo(other, target), proxyTo(taken, target)]),
    (error: unknown) =>
      isKind(error, 'conflict') && /:\d+: bind: address already in use$/.test(error.message),
  );
  assert.equal(await ask(mine, 'still'), 'STILL');
  await assert.rejects(ask(other, 'x'));
  await assert.rejects(keeper.proxies('one', [proxyTo(other, target, 'sctp')]), (error) =>
    isKind(error, 'not-implemented'),
  );
  await keeper.proxies('one', []);
});

test('an open port leads to where it is stated to lead, over TCP and UDP', async () => {
  const [port, nobody] = [await freePort(), await freePort()];
  await keeper.proxies('moves', [proxyTo(port, nobody), proxyTo(port, nobody, 'udp')]);
  assert.equal(await ask(port, 'lost').catch(() => ''), '');
  const echo = createSocket('udp4');
  echo.on('message', (message, rinfo) => echo.send(`got ${message}`, rinfo.port, rinfo.address));
  echo.bind(0, '127.0.0.1');
  await once(echo, 'listening');
  const target = portOf(server.address());
  await keeper.proxies('moves', [proxyTo(port, target), proxyTo(port, echo.address().port, 'udp')]);
  assert.equal(await ask(port, 'moved'), 'MOVED');
  const client = createSocket('udp4');
  client.send('moved', port, '127.0.0.1');
  assert.equal(String((await once(client, 'message'))[0]), 'got moved');
  client.close();
  echo.close();
  await assert.rejects(keeper.proxies('moves', [proxyTo(port, target), proxyTo(port, nobody)]), (error) =>
    isKind(error, 'conflict'),
  );
  await keeper.proxies('moves', []);
});

test('UDP answers find their way back to each client', async () => {
  const echo = createSocket('udp4');
  echo.on('message', (message, { port, address }) => echo.send(`got ${message}`, port, address));
  echo.bind(0, '127.0.0.1');
  await once(echo, 'listening');
  const port = await freePort();
  await keeper.proxies('dns', [proxyTo(port, echo.address().port, 'udp')]);
  const answers = ['a', 'b', 'c'].map(async (word) => {
    const client = createSocket('udp4');
    client.send(word, port, '127.0.0.1');
    const [message] = await once(client, 'message');
    client.close();
    return String(message);
  });
  assert.deepEqual(await Promise.all(answers), ['got a', 'got b', 'got c']);
  echo.close();
  await keeper.proxies('dns', []);
});
