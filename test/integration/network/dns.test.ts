import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { after, before, describe, it } from 'node:test';
import { encodeResponse, readQuestion, recordType } from '../../../src/wire/dns.ts';
import { command, must } from '../../harness/command.ts';
import { creating, joining, TestEngine } from './engine.ts';
import { inside } from './inside.ts';

const client = `
const { Resolver } = require('node:dns').promises;
const [name, type, tcp] = process.argv.slice(1);
const resolver = new Resolver({ timeout: 20_000, tries: 1 });
resolver.setServers(['127.0.0.11']);
resolver.resolve(name, type).then((found) => console.log(found.sort().join(' ')), (error) => console.log(error.code));
`;

/** What a process in the namespace is told, or the error. */
async function lookup(netns: string, name: string, type = 'A'): Promise<string> {
  const argv = ['nsenter', `--net=${netns}`, '--', process.execPath, '-e', client, name, type];
  return (await must(argv)).trim();
}

/** A question over TCP, by hand. */
async function lookupTcp(netns: string, name: string): Promise<string> {
  const labels = name.split('.').map((label) => `${String.fromCharCode(label.length)}${label}`);
  const question = Buffer.from(`\0\x07\x01\0\0\x01\0\0\0\0\0\0${labels.join('')}\0\0\x01\0\x01`, 'latin1');
  const script = `
    const socket = require('node:net').connect(53, '127.0.0.11');
    const question = Buffer.from('${question.toString('hex')}', 'hex');
    socket.write(Buffer.concat([Buffer.from([0, question.length]), question]));
    socket.on('data', (bytes) => { console.log(bytes.toString('hex')); socket.end(); });
  `;
  return (await must(['nsenter', `--net=${netns}`, '--', process.execPath, '-e', script])).trim();
}

function scene(): void {
  describe('names in user-defined networks', () => {
    let engine: TestEngine;
    let server: Socket;
    let asked: string[] = [];
    const pair = joining('un1', { name: 'web' });
    const aliases = { network: 'un1', aliases: ['store'], links: [], driverOpts: {}, gwPriority: 0 };

    before(async () => {
      await must(['ip', 'link', 'set', 'lo', 'up']);
      await must(['ip', 'addr', 'add', '192.0.2.53/32', 'dev', 'lo']);
      engine = await TestEngine.start();
      engine.nameservers = ['192.0.2.53'];
      server = createSocket('udp4');
      server.on('message', (query, peer) => {
        const question = readQuestion(query);
        if (question === null) return;
        asked.push(question.name);
        const answers = [{ type: recordType.a, data: Uint8Array.of(198, 51, 100, 7) }];
        const reply = encodeResponse(query, question, { code: 0, answers, seconds: 9, limit: 512 });
        server.send(reply, peer.port, peer.address);
      });
      await new Promise<void>((resolve) => server.bind(53, '192.0.2.53', resolve));
      await engine.service.create(creating('un1', { enableIPv6: true }));
      await engine.service.create(creating('in1', { internal: true }));
    });
    after(async () => {
      server.close();
      await engine.stop();
    });

    it('are found by name, alias and short id, in both versions and backwards', async () => {
      const { netns, resolver } = await engine.service.join(pair);
      assert.equal(resolver, '127.0.0.11');
      const other = await engine.service.join(joining('un1', { name: 'db', endpoints: [aliases] }));
      const address = other.endpoints.un1?.IPAddress ?? '';
      for (const name of ['db', 'STORE', 'db.un1']) assert.equal(await lookup(netns, name), address, name);
      assert.equal(await lookup(netns, 'db', 'AAAA'), other.endpoints.un1?.GlobalIPv6Address);
      const backwards = address.split('.').reverse().join('.');
      assert.equal(await lookup(netns, `${backwards}.in-addr.arpa`, 'PTR'), 'db.un1');
      const hex = address
        .split('.')
        .map((part) => Number(part).toString(16).padStart(2, '0'))
        .join('');
      assert.match(await lookupTcp(netns, 'db'), new RegExp(`${hex}$`));
      assert.deepEqual(asked, []);
    });

    it('from elsewhere are asked for at the host’s servers', async () => {
      const { netns } = engine.service.sandbox(pair.container) ?? { netns: '' };
      assert.equal(await lookup(netns, 'example.com'), '198.51.100.7');
      assert.deepEqual(asked, ['example.com']);
    });

    it('from elsewhere are not looked up for internal networks', async () => {
      asked = [];
      const { netns } = await engine.service.join(joining('in1', { name: 'hidden' }));
      await engine.service.join(joining('in1', { name: 'friend' }));
      assert.match(await lookup(netns, 'friend'), /^172\./);
      for (const [name, type] of [
        ['example.com', 'A'],
        ['example.com', 'TXT'],
        ['1.2.0.192.in-addr.arpa', 'PTR'],
      ] as const) {
        assert.match(await lookup(netns, name, type), /^E(SERVFAIL|NOTFOUND)$/);
      }
      assert.deepEqual(asked, []);
    });

    it('are asked for from inside the container where it names its servers', async () => {
      asked = [];
      engine.nameservers = [];
      const request = joining('un1', { name: 'own', dns: ['192.0.2.53'] });
      const { netns, endpoints } = await engine.service.join(request);
      const peers: string[] = [];
      server.on('message', (_query, peer) => peers.push(peer.address));
      assert.equal(await lookup(netns, 'example.org'), '198.51.100.7');
      assert.deepEqual(peers, [endpoints.un1?.IPAddress]);
    });

    it('are asked for where the network says, from the moment that it says so', async () => {
      engine.nameservers = [];
      const { netns } = engine.service.sandbox(pair.container) ?? { netns: '' };
      assert.equal(await lookup(netns, 'example.net'), 'ESERVFAIL');
      const change = { labels: {}, labelsRemove: [], attachable: null };
      await engine.service.edit('un1', { ...change, options: { 'minke.dns': '192.0.2.53' } });
      assert.equal(await lookup(netns, 'example.net'), '198.51.100.7');
      await engine.service.edit('un1', { ...change, options: { 'minke.dns': '' } });
      assert.equal(await lookup(netns, 'example.net'), 'ESERVFAIL');
    });

    it('leave port 53 to the container', async () => {
      const { netns } = engine.service.sandbox(pair.container) ?? { netns: '' };
      const script = `
        const udp = require('node:dgram').createSocket('udp4');
        udp.bind(53, '0.0.0.0', () => require('node:net').createServer().listen(53, '0.0.0.0', () => process.exit(0)));
      `;
      const argv = ['nsenter', `--net=${netns}`, '--', process.execPath, '-e', script];
      assert.equal((await command(argv)).code, 0);
    });

    it('are there again after a restart, and go with the container', async () => {
      const running = [pair.container];
      const { netns } = engine.service.sandbox(pair.container) ?? { netns: '' };
      await engine.again(running);
      assert.equal(
        await lookup(netns, 'web'),
        engine.service.sandbox(pair.container)?.endpoints.un1?.IPAddress,
      );
      await engine.service.leave(pair.container);
      await engine.service.close();
      assert.deepEqual(engine.warnings, []);
    });
  });
}

if (inside(import.meta.url)) scene();
