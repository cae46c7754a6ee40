/** Networks without a kernel: who joined, and with what. */
import { notFound } from '../../../src/errors/minke-error.ts';
import type {
  JoinRequest,
  Networks,
  PublishRequest,
  Sandbox,
} from '../../../src/services/networks/contract.ts';
import type { EndpointSettings } from '../../../src/wire/generated/engine-api.ts';

/** Ports come in by the first network, each of which has an address of its own. */
function proxiesOf({ ports }: Pick<JoinRequest, 'ports'>, networks: readonly string[]): Sandbox['proxies'] {
  const [first] = networks;
  if (first === undefined) return [];
  return ports.map(({ proto, containerPort, hostPort }) => ({
    proto,
    hostIp: '0.0.0.0',
    hostPort: hostPort || 40_000,
    containerIp: first === 'bridge' ? '192.0.2.7' : '192.0.2.8',
    containerPort,
  }));
}

export class MemoryNetworks implements Networks {
  readonly known = new Map([
    ['bridge', { id: 'b'.repeat(64), name: 'bridge', driver: 'bridge' }],
    ['none', { id: '0'.repeat(64), name: 'none', driver: 'null' }],
    ['host', { id: 'a'.repeat(64), name: 'host', driver: 'host' }],
    ['app', { id: 'c'.repeat(64), name: 'app', driver: 'bridge' }],
  ]);
  readonly joined = new Map<string, { request: JoinRequest; sandbox: Sandbox }>();
  readonly renamed: [string, string][] = [];
  restored: ReadonlySet<string> | null = null;
  /** The next join fails with it. */
  failure: Error | null = null;

  async resolve(reference: string): Promise<{ id: string; name: string; driver: string }> {
    const found = [...this.known.values()].find(({ id, name }) => name === reference || id === reference);
    if (found === undefined) throw notFound(`network ${reference} not found`);
    return found;
  }

  async join(request: JoinRequest): Promise<Sandbox> {
    const failure = this.failure;
    this.failure = null;
    if (failure !== null) throw failure;
    const endpoints: Record<string, EndpointSettings> = {};
    for (const { network } of request.endpoints) {
      const { id, name } = await this.resolve(network);
      endpoints[name] = {
        NetworkID: id,
        EndpointID: 'e'.repeat(64),
        IPAddress: '192.0.2.7',
        IPPrefixLen: 24,
      };
    }
    const ports = Object.fromEntries(
      request.ports.map(({ containerPort, proto, hostPort }) => [
        `${containerPort}/${proto}`,
        [{ HostIp: '0.0.0.0', HostPort: String(hostPort || 40_000) }],
      ]),
    );
    const sandbox: Sandbox = {
      id: 'd'.repeat(64),
      netns: `/run/netns/${request.container.slice(0, 12)}`,
      endpoints,
      ports,
      proxies: proxiesOf(request, Object.keys(endpoints)),
      hosts: [{ address: '192.0.2.7', names: [request.hostname] }],
      resolver: null,
    };
    this.joined.set(request.container, { request, sandbox });
    return sandbox;
  }

  async publishNow(): Promise<void> {}

  async leave(container: string): Promise<void> {
    this.joined.delete(container);
  }

  sandbox(container: string): Sandbox | null {
    return this.joined.get(container)?.sandbox ?? null;
  }

  proxies(container: string): Sandbox['proxies'] {
    return this.sandbox(container)?.proxies ?? [];
  }

  async connect(container: string, { network }: JoinRequest['endpoints'][number]): Promise<EndpointSettings> {
    const endpoint = { NetworkID: (await this.resolve(network)).id };
    const before = this.sandbox(container)?.endpoints ?? {};
    this.#change(container, { ...before, [network]: endpoint });
    return endpoint;
  }

  async disconnect(container: string, name: string): Promise<void> {
    const { [name]: _, ...rest } = this.sandbox(container)?.endpoints ?? {};
    this.#change(container, rest);
  }

  #change(container: string, endpoints: Sandbox['endpoints']): void {
    const joined = this.joined.get(container);
    if (joined === undefined) return;
    const proxies = proxiesOf(joined.request, Object.keys(endpoints));
    this.joined.set(container, { ...joined, sandbox: { ...joined.sandbox, endpoints, proxies } });
  }

  async publish(
    container: string,
    request: PublishRequest,
    listen: (proxies: Sandbox['proxies']) => Promise<void>,
  ): Promise<void> {
    const joined = this.joined.get(container);
    if (joined === undefined) return;
    await this.join({ ...joined.request, ...request });
    this.#change(container, joined.sandbox.endpoints);
    await listen(this.proxies(container));
  }

  async limit(): Promise<void> {}

  checkLimit(
    _network: string,
    before: Readonly<Record<string, string>>,
    change: Readonly<Record<string, string>>,
  ) {
    return { ...before, ...change };
  }

  async edit(): Promise<void> {}

  async rename(container: string, name: string): Promise<void> {
    this.renamed.push([container, name]);
  }

  checkEndpoint(): void {}

  async restore(running: ReadonlySet<string>): Promise<void> {
    this.restored = running;
    for (const id of this.joined.keys()) if (!running.has(id)) this.joined.delete(id);
  }

  async counters(): Promise<Record<string, never>> {
    return {};
  }

  async inspect(reference: string): Promise<{ Name: string }> {
    return { Name: (await this.resolve(reference)).name };
  }

  async create(): Promise<{ Id: string; Warning: string }> {
    throw new Error('not in these tests');
  }

  async list(): Promise<[]> {
    return [];
  }

  async remove(): Promise<void> {}

  async prune(): Promise<{ deleted: string[] }> {
    return { deleted: [] };
  }

  async close(): Promise<void> {}
}
