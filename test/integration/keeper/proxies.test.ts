/** The userland proxy, with addresses of the loopback in the place of a container's. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isKind, systemCode } from '../../../src/errors/minke-error.ts';
import { heldPort } from '../../../src/host/netns/sockets.ts';
import type { KeeperClient } from '../../../src/keeper/client/keeper-client.ts';
import type { ProxySpec } from '../../../src/wire/keeper.ts';
import { freePort } from '../../harness/network/free-port.ts';
import { argvOf, pids } from '../../harness/processes.ts';
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

const proxyTo = (hostPort: number, containerPort: number, proto: ProxySpec['proto'] = 'tcp'): ProxySpec => ({
  proto,
  hostIp: '127.0.0.1',
  hostPort,
  containerIp: '127.0.0.1',
  containerPort,
});

/** Pids of this keeper's minke-proxy. */
async function forwarders(): Promise<number[]> {
  const lock = join(ground.keeperRoot, 'proxy.lock');
  const found: number[] = [];
  for (const pid of await pids())
    if ((await argvOf(pid)).join(' ') === `minke-proxy ${lock}`) found.push(pid);
  return found;
}

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

test('many connections at once, each with its own bytes both ways, whatever their pace', async () => {
  const port = await freePort();
  await keeper.proxies('busy', [proxyTo(port, portOf(server.address()))]);
  const answers = Array.from({ length: 60 }, async (_, index) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const text = String.fromCharCode(97 + (index % 26)).repeat(1 + index * 20_011);
    // In odd pieces; some read nothing before all is sent, so that bytes have to wait on their way.
    for (let at = 0; at < text.length; at += 70_001) socket.write(text.slice(at, at + 70_001));
    socket.end();
    if (index % 2 === 0) await once(socket, 'finish');
    const answer = Buffer.concat(await socket.toArray()).toString('latin1');
    return answer === text.toUpperCase();
  });
  assert.deepEqual(new Set(await Promise.all(answers)), new Set([true]));
  await keeper.proxies('busy', []);
});

test('a port that closes ends its connections and no other; a refused or reset one ends both sides', async () => {
  const seen: Socket[] = [];
  const holder = createServer((socket) => seen.push(socket.on('error', () => {}).resume())).listen(
    0,
    '127.0.0.1',
  );
  await once(holder, 'listening');
  const target = portOf(holder.address());
  const [stays, goes] = [await freePort(), await freePort()];
  const nobody = proxyTo(await freePort(), await freePort());
  await keeper.proxies('held', [proxyTo(stays, target), proxyTo(goes, target), nobody]);
  const open = async (port: number): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume();
    await once(socket, 'connect');
    return socket;
  };
  const kept = await open(stays);
  const dropped = await open(goes);
  await until('both to have come through', () => seen.length === 2);
  const end = once(dropped, 'close');
  await keeper.proxies('held', [proxyTo(stays, target), nobody]);
  await end;
  assert.equal(kept.closed, false);
  const refused = await open(nobody.hostPort);
  if (!refused.closed) await once(refused, 'close');
  const other = await open(stays);
  await until('a third to have come through', () => seen.length === 3);
  const gone = once(other, 'close');
  seen[2]?.resetAndDestroy();
  await gone;
  assert.equal(kept.closed, false);
  const keptEnds = once(kept, 'close');
  await keeper.proxies('held', []);
  await keptEnds;
  holder.close();
});

test('should the program that passes bytes on be killed under a request, another one is asked', async () => {
  const target = portOf(server.address());
  const [kept, next] = [await freePort(), await freePort()];
  await keeper.proxies('web', [proxyTo(kept, target)]);
  const [forwarder] = await forwarders();
  assert.ok(forwarder !== undefined);
  // It is asked and can't answer.
  process.kill(forwarder, 'SIGSTOP');
  await Promise.all([
    keeper.proxies('web', [proxyTo(kept, target), proxyTo(next, target)]),
    pause(200).then(() => process.kill(forwarder, 'SIGKILL')),
  ]);
  assert.equal(await ask(next, 'new'), 'NEW');
  assert.equal(await until('the other port', () => ask(kept, 'old').catch(() => undefined)), 'OLD');
  const [second] = await forwarders();
  assert.ok(second !== undefined && second !== forwarder);
  process.kill(second, 'SIGSTOP');
  await Promise.all([
    keeper.proxies('web', [proxyTo(kept, target)]),
    pause(200).then(() => process.kill(second, 'SIGKILL')),
  ]);
  await until('the port that stays', () => ask(kept, 'stays').catch(() => undefined));
  await assert.rejects(ask(next, 'closed'));
  await keeper.proxies('web', []);
});

test('whenever it is killed, whoever wants a port next gets it', async () => {
  const target = portOf(server.address());
  for (let round = 0; round < 20; round++) {
    const next = await freePort();
    await keeper.proxies('web', [proxyTo(next, target)]);
    for (const pid of await forwarders()) process.kill(pid, 'SIGKILL');
    const other = await freePort();
    await keeper.proxies('web', [proxyTo(other, target)]);
    assert.equal(await ask(other, `round ${round}`), `ROUND ${round}`);
  }
  await keeper.proxies('web', []);
});

test('should the program that passes bytes on be killed, another one opens the ports again', async () => {
  const port = await freePort();
  await keeper.proxies('web', [proxyTo(port, portOf(server.address()))]);
  const [forwarder] = await forwarders();
  assert.ok(forwarder !== undefined);
  process.kill(forwarder, 'SIGKILL');
  await until('the port to be open again', () => ask(port, 'back').catch(() => undefined));
  assert.equal((await forwarders()).length, 1);
  await keeper.proxies('web', []);
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
  await keeper.proxies('one', []);
});

test('an SCTP port is held where the kernel has SCTP, else refused for that', async () => {
  const port = await freePort();
  let there = true;
  try {
    closeSync(heldPort('sctp', '127.0.0.1', port));
  } catch (error) {
    assert.equal(systemCode(error), 'EPROTONOSUPPORT');
    there = false;
  }
  const state = () => keeper.proxies('sctp', [proxyTo(port, port, 'sctp')]);
  if (there) {
    await state();
    assert.throws(() => heldPort('sctp', '127.0.0.1', port), /EADDRINUSE/);
  } else {
    await assert.rejects(
      state(),
      /listen sctp4 127\.0\.0\.1:\d+: this kernel has no SCTP \(CONFIG_IP_SCTP\)$/,
    );
  }
  await keeper.proxies('sctp', []);
});

test('a port that is held is nobody else’s, until it is given back', async () => {
  const port = await freePort();
  const held = heldPort('tcp', '127.0.0.1', port);
  await assert.rejects(keeper.proxies('held', [proxyTo(port, port)]), /address already in use$/);
  closeSync(held);
  await keeper.proxies('held', [proxyTo(port, port)]);
  await keeper.proxies('held', []);
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
