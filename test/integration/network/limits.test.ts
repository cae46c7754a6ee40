/** Limits of traffic, seen by real traffic. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as v from 'valibot';
import { command, must } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';
import { creating, joining, TestEngine } from './engine.ts';
import { inside } from './inside.ts';

const MB = 1_000_000;

const Measured = v.object({
  /** Bytes a second with the start of the sender: a machine under load makes it look slower, never faster. */
  whole: v.number(),
  /** Of what came after the first packets, since these came. */
  flow: v.number(),
});

/** Sends a megabyte or so from one namespace to an address in another; as the receiver counts it. */
async function measured(
  from: string | null,
  to: string | null,
  address: string,
  bytes: number,
): Promise<v.InferOutput<typeof Measured>> {
  const receiver = `
    let began = 0;
    const rate = (count, since) => count / (performance.now() - since) * 1000;
    const server = require('node:net').createServer((socket) => {
      let count = 0;
      let first;
      socket.on('data', (data) => {
        count += data.length;
        first ??= { at: performance.now(), count };
      });
      socket.on('end', () => {
        console.log(JSON.stringify({ whole: rate(count, began), flow: rate(count - first.count, first.at) }));
        socket.end();
        server.close();
      });
    }).listen(7000, '${address}', () => {
      began = performance.now();
      const [program, ...args] = JSON.parse(process.argv[1]);
      require('node:child_process').spawn(program, args, { stdio: 'ignore' });
    });`;
  const sender = `
    const socket = require('node:net').connect(7000, '${address}');
    socket.end(Buffer.alloc(${bytes}));
    socket.resume();`;
  const home = `--net=/proc/${process.pid}/ns/net`;
  const enter = (netns: string | null): string[] => [
    'nsenter',
    netns === null ? home : `--net=${netns}`,
    '--',
  ];
  const child = JSON.stringify([...enter(from), process.execPath, '-e', sender]);
  return v.parse(Measured, JSON.parse(await must([...enter(to), process.execPath, '-e', receiver, child])));
}

const throughput = async (...way: Parameters<typeof measured>): Promise<number> =>
  (await measured(...way)).whole;

/** Never more than a tenth above the rate; and not more than a tenth below it, as soon as the machine has time for that. */
async function holdsTo(rate: number, ...way: Parameters<typeof measured>): Promise<void> {
  await until(`${rate} bytes a second`, async () => {
    const { whole, flow } = await measured(...way);
    assert.ok(whole < 1.1 * rate, `${whole} instead of ${rate} bytes a second`);
    return flow > 0.9 * rate && flow < 1.1 * rate;
  });
}

const unchanged = { labels: {}, labelsRemove: [], attachable: null };
const qdiscs = (path: string) => must(['nsenter', `--net=${path}`, 'tc', 'qdisc', 'show', 'dev', 'eth0']);

function scene(): void {
  describe('limits of traffic', () => {
    let engine: TestEngine;
    before(async () => {
      await must(['ip', 'link', 'set', 'lo', 'up']);
      engine = await TestEngine.start();
    });
    after(async () => {
      await engine.stop();
      assert.deepEqual(engine.warnings, []);
    });

    it('hold in both directions, change live and go away', async () => {
      await engine.service.create(creating('n1', { options: { 'minke.egress': '8mbit' } }));
      const driverOpts = { 'minke.ingress': '16mbit' };
      const endpoints = [{ network: 'n1', aliases: [], links: [], driverOpts, gwPriority: 0 }];
      const { netns, endpoints: shown } = await engine.service.join(
        joining('n1', { container: 'a'.repeat(64), endpoints }),
      );
      const address = shown.n1?.IPAddress ?? '';
      const gateway = shown.n1?.Gateway ?? '';
      assert.deepEqual(shown.n1?.DriverOpts, driverOpts);
      await holdsTo(MB, netns, null, gateway, 2 * MB);
      await holdsTo(2 * MB, null, netns, address, 4 * MB);

      await engine.service.limit('a'.repeat(64), 'n1', { 'minke.ingress': '', 'minke.egress': '80mbit' });
      const faster = await throughput(netns, null, gateway, 20 * MB);
      assert.ok(faster > 1.1 * MB && faster < 15 * MB, `80 mbit out: ${faster} bytes a second`);
      assert.doesNotMatch(
        await must(['tc', 'qdisc', 'show']),
        /tbf/,
        'nothing is left of the limit at the host’s end',
      );
      assert.equal(
        engine.service.sandbox('a'.repeat(64))?.endpoints.n1?.DriverOpts?.['minke.egress'],
        '80mbit',
      );
    });

    it('of a network are changed for all that are in it', async () => {
      const { netns } = engine.service.sandbox('a'.repeat(64)) ?? { netns: '' };
      const second = await engine.service.join(joining('n1', { container: 'b'.repeat(64) }));
      assert.match(await qdiscs(second.netns), /tbf .*rate 8Mbit/);
      await engine.service.edit('n1', { ...unchanged, options: { 'minke.egress': '4mbit' } });
      assert.match(await qdiscs(second.netns), /tbf .*rate 4Mbit/);
      assert.match(await qdiscs(netns), /tbf .*rate 80Mbit/);
      // As after a crash of the daemon: the kernel has it still, and it can be changed.
      await engine.again(['a'.repeat(64), 'b'.repeat(64)]);
      assert.match(await qdiscs(second.netns), /tbf .*rate 4Mbit/);
      await engine.service.edit('n1', { ...unchanged, options: { 'minke.egress': '' } });
      assert.doesNotMatch(await qdiscs(second.netns), /tbf/);
      assert.match(await qdiscs(netns), /tbf .*rate 80Mbit/);
    });

    it('delay and lose what a container sends, or say what the kernel lacks', async () => {
      const { netns, endpoints = {} } = engine.service.sandbox('b'.repeat(64)) ?? { netns: '' };
      const options = { 'minke.delay': '200ms', 'minke.loss': '0.5%', 'minke.egress': '8mbit' };
      const has =
        (await command(['tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1us'])).code === 0;
      const limit = () => engine.service.limit('b'.repeat(64), 'n1', options);
      if (!has) {
        await assert.rejects(limit, /sch_netem/);
        assert.doesNotMatch(await qdiscs(netns), /tbf|netem/);
        assert.equal(engine.service.sandbox('b'.repeat(64))?.endpoints.n1?.DriverOpts, null);
        return;
      }
      await limit();
      await must(['tc', 'qdisc', 'delete', 'dev', 'lo', 'root']);
      const both = await qdiscs(netns);
      assert.match(both, /netem .*delay 200ms.* loss 0.5%/);
      assert.match(both, /tbf .*rate 8Mbit/);
      const gateway = endpoints.n1?.Gateway ?? '';
      const text = await must(['nsenter', `--net=${netns}`, 'busybox', 'ping', '-c', '2', gateway]);
      const [, least] = /min\/avg\/max = ([0-9.]+)/.exec(text) ?? [];
      assert.ok(Number(least) >= 200, text);
    });

    it('and the MTU follow an edit of the network', async () => {
      const { netns } = engine.service.sandbox('b'.repeat(64)) ?? { netns: '' };
      await engine.service.edit('n1', { ...unchanged, options: { 'minke.egress': '' } });
      const mtu = { 'com.docker.network.driver.mtu': '1400' };
      await engine.service.edit('n1', {
        labels: { a: 'b' },
        labelsRemove: [],
        attachable: true,
        options: mtu,
      });
      assert.match(await must(['nsenter', `--net=${netns}`, 'ip', 'link', 'show', 'eth0']), /mtu 1400/);
      const { Labels, Attachable, Options, Id = '' } = await engine.service.inspect('n1', { verbose: false });
      assert.deepEqual([Labels, Attachable, Options], [{ a: 'b' }, true, mtu]);
      assert.match(await must(['ip', 'link', 'show', `br-${Id.slice(0, 12)}`]), /mtu 1400/);
      const third = await engine.service.join(joining('n1', { container: 'c'.repeat(64) }));
      assert.match(await must(['nsenter', `--net=${third.netns}`, 'ip', 'link', 'show', 'eth0']), /mtu 1400/);
    });

    it('that can’t be had are refused, and nothing changes', async () => {
      const { service } = engine;
      const change = { ...unchanged, labels: { never: '' } };
      for (const [options, words] of [
        [{ 'minke.egress': 'fast' }, /invalid minke\.egress value/],
        [{ 'minke.speed': '1' }, /can't be changed/],
        [{ 'com.docker.network.bridge.name': 'x' }, /can't be changed/],
        [{ 'minke.dns': 'nobody' }, /invalid minke\.dns value/],
        [{ 'com.docker.network.driver.mtu': '-1' }, /MTU/],
      ] as const)
        await assert.rejects(service.edit('n1', { ...change, options }), words);
      await assert.rejects(service.edit('bridge', { ...change, options: {} }), /pre-defined/);
      await assert.rejects(
        service.create(creating('n2', { options: { 'minke.rate': '1' } })),
        /unknown option/,
      );
      await assert.rejects(
        service.limit('c'.repeat(64), 'n1', { 'minke.loss': '200%' }),
        /invalid minke\.loss/,
      );
      assert.deepEqual((await service.inspect('n1', { verbose: false })).Labels, { a: 'b' });
      for (const name of ['a', 'b', 'c']) await service.leave(name.repeat(64));
    });
  });
}

if (inside(import.meta.url)) scene();
