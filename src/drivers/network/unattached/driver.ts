import { internal } from '../../../errors/minke-error.ts';
import type { Gateways, NetworkDriver, Publishing } from '../contract.ts';

/**
 * Networks without interfaces of ours: `host`, where containers use the host's own stack, and `null` (the network
 * `none`), where they have loopback alone.
 */
export class UnattachedDriver implements NetworkDriver {
  readonly name: 'host' | 'null';
  readonly single = true;
  readonly attaches = false;
  readonly ownMac = false;

  constructor(name: 'host' | 'null') {
    this.name = name;
  }

  check(): void {}

  checkOptions(): void {}

  publishing(): Publishing {
    return { ipv4: 'none', ipv6: 'none', hostIp: null, shown: false };
  }

  gateways(): Gateways {
    return { ipv4: false, ipv6: false };
  }

  linkPrefix(): string {
    return 'eth';
  }

  async found(): Promise<readonly string[]> {
    return [];
  }

  async open(): Promise<void> {}

  async close(): Promise<void> {}

  async attach(): Promise<never> {
    throw internal(`networks of the ${this.name} driver have no endpoints`);
  }

  update(): Promise<void> {
    return this.attach();
  }

  async detach(): Promise<void> {}

  async restore(): Promise<{ warnings: readonly string[] }> {
    return { warnings: [] };
  }

  async shutdown(): Promise<void> {}
}
