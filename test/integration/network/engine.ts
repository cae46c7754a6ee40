/** A network service on the real kernel, in whatever network namespace the process is. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedResolver } from '../../../src/drivers/dns/embedded/resolver.ts';
import { DefaultIpam } from '../../../src/drivers/ipam/default/driver.ts';
import { BridgeDriver } from '../../../src/drivers/network/bridge/driver.ts';
import { IptablesFilter } from '../../../src/drivers/network/bridge/filter/iptables/filter.ts';
import { NftablesFilter } from '../../../src/drivers/network/bridge/filter/nftables/filter.ts';
import { macvlan } from '../../../src/drivers/network/macvlan/macvlan.ts';
import { SublinkDriver } from '../../../src/drivers/network/sublink/driver.ts';
import { UnattachedDriver } from '../../../src/drivers/network/unattached/driver.ts';
import { FileRecords } from '../../../src/drivers/state/files/file-records.ts';
import { IptablesFirewall } from '../../../src/host/firewall/iptables.ts';
import { NftProgram } from '../../../src/host/firewall/nftables/nft.ts';
import { VisitingResolverHost } from '../../../src/host/netns/resolver-host.ts';
import { NetworkThread } from '../../../src/host/netns/thread.ts';
import { posixProcesses } from '../../../src/host/process/posix/posix-processes.ts';
import { timeOf } from '../../../src/kit/time/rfc3339.ts';
import type { JoinRequest, NetworkCreate } from '../../../src/services/networks/contract.ts';
import type { PublishPolicy } from '../../../src/services/networks/publish-policy.ts';
import { networkRecord, sandboxRecord } from '../../../src/services/networks/records.ts';
import { NetworkService } from '../../../src/services/networks/service.ts';

export interface EngineOptions {
  readonly bridge?: string;
  readonly bip?: string;
  readonly icc?: boolean;
  readonly userlandProxy?: boolean;
  readonly publishPolicy?: PublishPolicy;
  readonly iptables?: boolean;
  readonly backend?: 'iptables' | 'nftables';
  /** Of the default network. */
  readonly ipv6?: boolean;
  readonly readyNamespaces?: number;
}

export class TestEngine {
  readonly root: string;
  readonly stack = new NetworkThread({
    entry: new URL('../../../src/host/netns/worker.ts', import.meta.url),
  });
  /** What the host's resolv.conf would say. */
  nameservers: string[] = [];
  readonly events: string[] = [];
  readonly warnings: string[] = [];
  #options: EngineOptions;
  /** As the keeper has it: a daemon that was killed does not take it along. */
  readonly #resolver = new EmbeddedResolver({
    sockets: new VisitingResolverHost((error) => {
      throw error;
    }),
    hostNameservers: () => this.nameservers,
  });
  service: NetworkService;
  #driver: BridgeDriver | undefined;

  private constructor(root: string, options: EngineOptions) {
    this.root = root;
    this.#options = options;
    this.service = this.#build();
  }

  static async start(options: EngineOptions = {}): Promise<TestEngine> {
    const engine = new TestEngine(await mkdtemp(join(tmpdir(), 'minke-net-')), options);
    await engine.service.restore(new Set());
    return engine;
  }

  /** On the root of another one that is no more. */
  static async at(
    root: string,
    running: readonly string[],
    options: EngineOptions = {},
  ): Promise<TestEngine> {
    const engine = new TestEngine(root, options);
    await engine.service.restore(new Set(running));
    return engine;
  }

  /** Nobody mends any more what others do to the rules. */
  async unwatched(): Promise<void> {
    await this.#driver?.shutdown();
  }

  /** As a daemon that was killed: nothing of it runs on, nothing was taken down. */
  async killed(): Promise<void> {
    await this.unwatched();
  }

  /** As a daemon that was killed and started again. */
  async again(running: readonly string[], rest: Partial<EngineOptions> = {}): Promise<void> {
    await this.killed();
    this.#options = { ...this.#options, ...rest };
    this.service = this.#build();
    await this.service.restore(new Set(running));
  }

  async stop(): Promise<void> {
    await this.service.close();
    this.#resolver.shutdown();
    await this.stack.close();
    await rm(this.root, { recursive: true, force: true });
  }

  #build(): NetworkService {
    const { stack, root } = this;
    const {
      bridge = 'docker0',
      bip = '',
      icc = true,
      userlandProxy = true,
      iptables = true,
      ipv6 = false,
      backend = 'iptables',
    } = this.#options;
    const families = ['ipv4', 'ipv6'] as const;
    const filters = {
      iptables: () => new IptablesFilter(new IptablesFirewall({ processes: posixProcesses, families })),
      nftables: () =>
        new NftablesFilter(new NftProgram({ processes: posixProcesses, table: `minke-${bridge}` }), {
          versions: [4, 6],
        }),
    };
    const other = backend === 'iptables' ? 'nftables' : 'iptables';
    this.#driver = new BridgeDriver({
      stack,
      filter: iptables ? filters[backend]() : null,
      otherFilters: [filters[other]()],
      userlandProxy,
      allowDirectRouting: false,
      ipForward: true,
      ipForwardNoDrop: false,
      foreignBridges: new Set(),
      warn: (message) => {
        this.warnings.push(message);
      },
    });
    return new NetworkService({
      networks: new FileRecords({
        root: join(root, 'network'),
        layout: { kind: 'flat', suffix: '.json' },
        schema: networkRecord,
      }),
      sandboxes: new FileRecords({
        root: join(root, 'networking'),
        layout: { kind: 'flat', suffix: '.json' },
        schema: sandboxRecord,
      }),
      namespaceFolder: join(root, 'netns'),
      readyNamespaces: this.#options.readyNamespaces ?? 0,
      stack,
      drivers: [
        this.#driver,
        new SublinkDriver(macvlan, { stack }),
        new UnattachedDriver('host'),
        new UnattachedDriver('null'),
      ],
      ipam: [new DefaultIpam({ defaultPools: [], hostId: 'test' })],
      resolver: this.#resolver,
      namesForHost: false,
      events: {
        publish: ({ action, attributes }) => {
          this.events.push(`${action} ${attributes.name}`);
        },
      },
      defaultBridge: {
        bridge,
        bip,
        fixedCidr: '',
        defaultGateway: '',
        ipv6: ipv6 ? { bip: '', fixedCidr: '', defaultGateway: '' } : null,
        mtu: 1500,
        icc,
        ipMasq: true,
        hostIp: '0.0.0.0',
      },
      defaultOptions: new Map(),
      userlandProxy,
      publishPolicy: this.#options.publishPolicy ?? 'default',
      hostIPv6: true,
      dynamicPorts: [32768, 60999],
      probe: async () => true,
      now: () => timeOf(BigInt(Date.now()) * 1_000_000n),
      warn: (message, error) => {
        this.warnings.push(`${message}${error instanceof Error ? `: ${error.message}` : ''}`);
      },
    });
  }
}

let count = 0;

/** A join with defaults. */
export function joining(network: string, rest: Partial<JoinRequest> = {}): JoinRequest {
  count += 1;
  const container = `${count}`.padStart(64, '0');
  return {
    container,
    name: `c${count}`,
    hostname: container.slice(0, 12),
    endpoints: [{ network, aliases: [], links: [], driverOpts: {}, gwPriority: 0 }],
    ports: [],
    exposed: [],
    sysctls: {},
    ...rest,
  };
}

export const creating = (name: string, rest: Partial<NetworkCreate> = {}): NetworkCreate => ({
  name,
  driver: 'bridge',
  internal: false,
  attachable: false,
  ingress: false,
  configOnly: false,
  configFrom: null,
  enableIPv4: true,
  enableIPv6: false,
  scope: '',
  options: {},
  labels: {},
  ipam: { driver: '', options: {}, config: [] },
  ...rest,
});

export const port = (hostPort: number, containerPort: number, hostIp = '') => ({
  proto: 'tcp' as const,
  containerPort,
  hostIp,
  hostPort,
  hostPortEnd: hostPort,
});
