import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { must } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';
import { creating, joining, port, TestEngine } from './engine.ts';
import { get, rules, Server } from './hosts.ts';
import { inside } from './inside.ts';
import { traffic } from './traffic.ts';

const mounts = async (root: string): Promise<number> =>
  (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(root)).length;

/** Chains made anew are listed in another order. */
const sorted = (text: string | undefined): string => (text ?? '').split('\n').toSorted().join('\n');

const links = async (): Promise<string[]> =>
  (await must(['ip', '-o', 'link'])).split('\n').filter((line) => /veth|br-|docker/.test(line));

function scene(): void {
  traffic('iptables');

  describe('rules of nftables that others take out', () => {
    it('come back by themselves, in one transaction', async () => {
      const engine = await TestEngine.start({ bip: '172.28.9.1/24', bridge: 'mtbr9', backend: 'nftables' });
      const request = joining('bridge', { ports: [port(9300, 80, '127.0.0.1')] });
      await engine.service.join(request);
      const list = async (): Promise<string> => {
        const both = ['ip', 'ip6'].map((family) =>
          must(['nft', '-s', 'list', 'table', family, 'minke-mtbr9']),
        );
        return sorted((await Promise.all(both)).join());
      };
      const before = await list();
      assert.match(before, /dnat to 172\.28\.9\.2:80/);
      for (const what of [
        ['delete', 'table', 'ip', 'minke-mtbr9'],
        ['flush', 'chain', 'ip', 'minke-mtbr9', 'nat-ports'],
        ['delete', 'table', 'ip6', 'minke-mtbr9'],
        ['add', 'rule', 'ip', 'minke-mtbr9', 'filter-forward', 'accept'],
      ]) {
        await must(['nft', ...what]);
        await until(`${what.join(' ')} is mended`, async () => {
          return (await list().catch(() => '')) === before;
        });
      }
      await engine.service.leave(request.container);
      await engine.stop();
    });
  });

  describe('engines side by side', () => {
    const first = ['172.30.0.1/24', 'mtbr1'] as const;
    const second = ['172.31.0.1/24', 'mtbr2'] as const;

    it('leave each other’s rules alone, and nothing behind', async () => {
      const foreign = ['iptables', '-A', 'DOCKER-USER', '-s', '203.0.113.9', '-j', 'DROP'];
      const one = await TestEngine.start({ bip: first[0], bridge: first[1] });
      const two = await TestEngine.start({ bip: second[0], bridge: second[1] });
      await must(foreign);
      const request = joining('bridge', { ports: [port(9000, 80)] });
      const { netns } = await one.service.join(request);
      const server = await Server.start(netns, 80, 'first');
      const mine = async (): Promise<string[]> => (await rules()).filter((line) => line.includes(first[1]));
      const before = await mine();
      assert.ok(before.length > 8);
      const other = joining('bridge', { ports: [port(9001, 80)] });
      await two.service.join(other);
      await two.service.create(creating('un2'));
      await two.again([]);
      await two.service.remove('un2');
      assert.deepEqual(await mine(), before);
      assert.equal(await get(null, '172.30.0.2'), 'first');
      assert.ok((await rules()).some((line) => line.includes('203.0.113.9')));
      await server.stop();
      await one.service.leave(request.container);
      for (const engine of [one, two]) await engine.service.close();
      assert.equal(await mounts(one.root), 0);
      await until('pairs have gone', async () => !(await links()).some((line) => line.includes('veth')));
      assert.ok(!(await rules()).some((line) => line.includes('dport')));
      await one.stop();
      await two.stop();
    });
  });

  describe('rules that others take out', () => {
    it('come back by themselves', async () => {
      const engine = await TestEngine.start({ bip: '172.28.0.1/24', bridge: 'mtbr4' });
      const request = joining('bridge', { ports: [port(9200, 80, '127.0.0.1')] });
      await engine.service.join(request);
      // Jumps that all share, and what names this engine's bridge or port; others' rules are none of its business.
      const own = /mtbr4|9200|-j DOCKER/;
      const foreign = /mtbr[123]|docker0|br-/;
      const mine = async (): Promise<string[]> =>
        (await rules()).filter((line) => own.test(line) && !foreign.test(line)).toSorted();
      const before = await mine();
      assert.ok(before.length > 20);
      const flushes = [
        ['iptables', '-F'],
        ['iptables', '-t', 'nat', '-F'],
        ['iptables', '-t', 'raw', '-F'],
        ['iptables', '-F', 'DOCKER'],
        ['ip6tables', '-F', 'DOCKER-FORWARD'],
      ];
      for (const flush of flushes) {
        await must(flush);
        await until(`${flush.join(' ')} is mended`, async () => {
          const now = await mine();
          return now.length === before.length && now.every((line, index) => line === before[index]);
        });
      }
      await engine.service.leave(request.container);
      await engine.stop();
    });
  });

  describe('without userland proxy', () => {
    it('the host reaches published ports on every address of its own', async () => {
      const engine = await TestEngine.start({ bip: '172.29.0.1/24', bridge: 'mtbr3', userlandProxy: false });
      const request = joining('bridge', { ports: [port(9100, 80)] });
      const { netns } = await engine.service.join(request);
      const server = await Server.start(netns, 80, 'direct');
      assert.equal(await get(null, '127.0.0.1', 9100), 'direct');
      assert.equal(await get(null, '172.29.0.1', 9100), 'direct');
      // A container reaches itself by the published port.
      assert.equal(await get(netns, '172.29.0.1', 9100), 'direct');
      await server.stop();
      await engine.service.leave(request.container);
      await engine.stop();
    });
  });
}

if (inside(import.meta.url)) scene();
