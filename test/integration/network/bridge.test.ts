import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BridgeDriver } from '../../../src/drivers/network/bridge/driver.ts';
import { IptablesFilter } from '../../../src/drivers/network/bridge/filter/iptables/filter.ts';
import { networkDriverSuite } from '../../../src/drivers/network/suite.ts';
import { IptablesFirewall } from '../../../src/host/firewall/iptables.ts';
import { NetworkThread } from '../../../src/host/netns/thread.ts';
import { posixProcesses } from '../../../src/host/process/posix/posix-processes.ts';
import { inside } from './inside.ts';

if (inside(import.meta.url)) {
  networkDriverSuite('bridge, on the kernel', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minke-bridge-'));
    const stack = new NetworkThread({ entry: new URL('../../../src/host/netns/worker.ts', import.meta.url) });
    const make = (): BridgeDriver =>
      new BridgeDriver({
        stack,
        filter: new IptablesFilter(
          new IptablesFirewall({ processes: posixProcesses, families: ['ipv4', 'ipv6'] }),
        ),
        otherFilters: [],
        userlandProxy: true,
        allowDirectRouting: false,
        ipForward: true,
        ipForwardNoDrop: false,
        foreignBridges: new Set(),
        warn: () => {},
      });
    return {
      driver: make(),
      again: make,
      stack,
      folder,
      onHost: true,
      clean: async () => {
        await stack.close();
        await rm(folder, { recursive: true });
      },
    };
  });
}
