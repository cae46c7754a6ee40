import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ipvlan } from '../../../src/drivers/network/ipvlan/ipvlan.ts';
import { macvlan } from '../../../src/drivers/network/macvlan/macvlan.ts';
import { SublinkDriver } from '../../../src/drivers/network/sublink/driver.ts';
import { endpointFacts, networkDriverSuite, networkFacts } from '../../../src/drivers/network/suite.ts';
import { NetworkThread } from '../../../src/host/netns/thread.ts';
import { must } from '../../harness/command.ts';
import { neighbour, ping, pingNothing } from './hosts.ts';
import { inside } from './inside.ts';

const thread = () =>
  new NetworkThread({ entry: new URL('../../../src/host/netns/worker.ts', import.meta.url) });

function scene(): void {
  networkDriverSuite('macvlan, on the kernel', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minke-macvlan-'));
    const stack = thread();
    await must(['ip', 'link', 'add', 'lan7', 'type', 'veth', 'peer', 'name', 'lan8']);
    for (const name of ['lan7', 'lan8']) await must(['ip', 'link', 'set', name, 'up']);
    const make = () => new SublinkDriver(macvlan, { stack });
    return {
      driver: make(),
      again: make,
      stack,
      folder,
      options: { parent: 'lan7' },
      onHost: false,
      clean: async () => {
        await must(['ip', 'link', 'del', 'lan7']);
        await stack.close();
        await rm(folder, { recursive: true });
      },
    };
  });

  describe('machines on a network', () => {
    const stack = thread();
    let folder: string;
    const driver = new SublinkDriver(macvlan, { stack });
    const at = (name: string): string => `${folder}/${name}`;
    const lan = [{ version: 4, subnet: '192.0.2.0/24', gateway: '192.0.2.1' }] as const;
    const network = (mode: string) =>
      networkFacts({
        id: Buffer.from(mode.padEnd(32)).toString('hex'),
        name: mode,
        subnets: lan,
        options: { parent: 'lan0', macvlan_mode: mode },
      });

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'minke-macvlan-'));
      await stack.run(['lan', 'one', 'two'].map((name) => ({ do: 'add-namespace', path: at(name) })));
      await neighbour(at('lan'), []);
    });
    after(async () => {
      await stack.run(['lan', 'one', 'two'].map((name) => ({ do: 'remove-namespace', path: at(name) })));
      await must(['ip', 'link', 'del', 'lan0']).catch(() => {});
      await stack.close();
      await rm(folder, { recursive: true });
    });

    // Whether containers of one host see each other; the neighbour outside is seen in every mode.
    for (const [mode, among] of [
      ['bridge', true],
      ['private', false],
      ['vepa', false],
    ] as const) {
      it(`${mode}: the neighbour answers, and containers among themselves ${among ? 'too' : 'do not'}`, async () => {
        await driver.open(network(mode));
        const endpoint = (letter: string, last: number) =>
          endpointFacts({
            id: letter.repeat(64),
            network: network(mode).id,
            mac: `02:42:c0:00:02:0${last}`,
            ipv4: `192.0.2.${last}`,
            defaultRoute4: '192.0.2.1',
          });
        await driver.attach(endpoint('1', 7), at('one'));
        await driver.attach(endpoint('2', 8), at('two'));
        assert.ok(await ping(at('one'), '192.0.2.2'));
        assert.equal(await (among ? ping : pingNothing)(at('one'), '192.0.2.8'), among);
        // The host itself is not reached over its own link.
        assert.equal(await pingNothing(at('one'), '192.0.2.1'), false);
        for (const [letter, name] of [
          ['1', 'one'],
          ['2', 'two'],
        ] as const) {
          await driver.detach(letter.repeat(64), { namespace: at(name) });
        }
        await driver.close(network(mode));
      });
    }

    it('passthru: one container has the parent for itself, and the next one after it', async () => {
      await driver.open(network('passthru'));
      for (const name of ['one', 'two']) {
        const endpoint = endpointFacts({
          id: name.padEnd(64, '0'),
          network: network('passthru').id,
          mac: '02:42:c0:00:02:09',
          ipv4: '192.0.2.9',
          defaultRoute4: null,
        });
        await driver.attach(endpoint, at(name));
        assert.ok(await ping(at(name), '192.0.2.2'));
        await driver.detach(endpoint.id, { namespace: at(name) });
      }
      await driver.close(network('passthru'));
    });

    it('says what this kernel lacks', async () => {
      const over = new SublinkDriver(ipvlan, { stack });
      const refused = [
        [
          'ipvlan',
          over,
          networkFacts({ options: { parent: 'lan0' } }),
          /no ipvlan interfaces \(CONFIG_IPVLAN\)/,
        ],
        ['vlan', driver, networkFacts({ options: { parent: 'lan0.10' } }), /CONFIG_VLAN_8021Q/],
      ] as const;
      for (const [kind, which, facts, text] of refused) {
        if (await stack.supports(kind)) {
          await which.open(facts);
          await which.close(facts);
        } else await assert.rejects(which.open(facts), text);
      }
    });
  });
}

if (inside(import.meta.url)) scene();
