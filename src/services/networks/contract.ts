/**
 * Networks as the API and the container service need them.
 *
 * Life of a container's networking: `join` at each start makes (or takes from a pool) a network namespace, makes
 * the endpoints in it, publishes ports; `leave` at each stop gives all back. Addresses are handed out at `join`
 * and returned at `leave`, static ones as well. All of it is written down before it is done, so that `restore` can undo
 * what a crash left half-made.
 */
import type {
  EndpointSettings,
  Network,
  NetworkStatus,
  NetworkSummary,
  PortMap,
} from '../../wire/generated/engine-api.ts';
import type { ProxySpec } from '../../wire/keeper.ts';

export type Filters = ReadonlyMap<string, readonly string[]>;

/** Names that stand for modes of a container's networking: no network can be made by one of them. */
const reserved: readonly string[] = ['bridge', 'host', 'none', 'default'];

export const isUserDefined = (network: string): boolean => !reserved.includes(network);

/** Names by which others in a user-defined network find a container, the one by which it is told first. */
export function dnsNames(
  aliases: readonly string[],
  owner: { readonly name: string; readonly container: string; readonly hostname: string },
): string[] {
  const { name, container, hostname } = owner;
  return [...new Set([name, ...aliases, container.slice(0, 12), hostname].filter((each) => each !== ''))];
}

export interface NetworkCreate {
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ingress: boolean;
  readonly configOnly: boolean;
  readonly configFrom: string | null;
  readonly enableIPv4: boolean;
  readonly enableIPv6: boolean;
  readonly scope: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly ipam: {
    readonly driver: string;
    readonly options: Readonly<Record<string, string>>;
    readonly config: readonly {
      readonly subnet?: string;
      readonly ipRange?: string;
      readonly gateway?: string;
      readonly auxAddresses?: Readonly<Record<string, string>>;
    }[];
  };
}

/** What a container asks of one network; static parts only. */
export interface EndpointRequest {
  /** Name or id of the network. */
  readonly network: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** Link-local addresses (RFC 3927, RFC 4291) that the interface has besides. */
  readonly linkLocal?: readonly string[];
  readonly macAddress?: string;
  readonly aliases: readonly string[];
  readonly links: readonly string[];
  readonly driverOpts: Readonly<Record<string, string>>;
  readonly gwPriority: number;
}

/** One `-p`: host side may be empty (`hostPort` 0: any free port; `hostIp` '': all addresses). */
export interface PortRequest {
  readonly proto: 'tcp' | 'udp' | 'sctp';
  readonly containerPort: number;
  readonly hostIp: string;
  /** First and last port of the range to choose from; both 0 for any. */
  readonly hostPort: number;
  readonly hostPortEnd: number;
}

export interface JoinRequest {
  readonly container: string;
  /** Without the slash. */
  readonly name: string;
  readonly hostname: string;
  /** None at all, or one in `none`, give a namespace with only loopback; `host` and `container:` never come here. */
  readonly endpoints: readonly EndpointRequest[];
  readonly ports: readonly PortRequest[];
  readonly exposed: readonly { readonly proto: string; readonly port: number }[];
  readonly sysctls: Readonly<Record<string, string>>;
  /** Servers that an embedded resolver asks for names that are not its own. */
  readonly dns?: readonly string[];
  /** `dns` is what the container or the daemon's settings name, not what the host uses. */
  readonly ownDns?: boolean;
  /** The container's resolv.conf says when names are completed by its search list. */
  readonly ndots?: boolean;
  /**
   * Leave the packet filter's rules of published ports (some milliseconds) to `publishNow`, which the caller waits for
   * before it says that the container has started.
   */
  readonly publishLater?: boolean;
}

export interface NetworkEdit {
  readonly labels: Readonly<Record<string, string>>;
  readonly labelsRemove: readonly string[];
  readonly attachable: boolean | null;
  /** An empty value takes an option away. Limits of traffic, `minke.dns`, `com.docker.network.driver.mtu`. */
  readonly options: Readonly<Record<string, string>>;
}

/** What a running container is to publish from now on. */
export type PublishRequest = Pick<JoinRequest, 'ports' | 'exposed'>;

export interface Sandbox {
  /** `SandboxID` of inspect; `netns` is its `SandboxKey`. */
  readonly id: string;
  /** Path of the bind-mounted network namespace, for the OCI spec. */
  readonly netns: string;
  /** By network name, filled with addresses, gateway, MAC, ids. */
  readonly endpoints: Readonly<Record<string, EndpointSettings>>;
  /** What `docker port` shows. */
  readonly ports: PortMap;
  /** Handed to the keeper. */
  readonly proxies: readonly ProxySpec[];
  /** Rows for /etc/hosts beside the fixed ones: address, then names. */
  readonly hosts: readonly { readonly address: string; readonly names: readonly string[] }[];
  /** The embedded resolver's address where there is one, else null: resolv.conf is the host's, cleaned. */
  readonly resolver: string | null;
}

export interface Networks {
  create(request: NetworkCreate): Promise<{ Id: string; Warning: string }>;
  list(filters: Filters): Promise<NetworkSummary[]>;
  /** `verbose`: with `Status`, how much of each subnet's addresses is in use (API 1.52's words). */
  inspect(
    reference: string,
    options: { verbose: boolean; scope?: string },
  ): Promise<Network & { Status?: NetworkStatus }>;
  /** `forbidden` "error while removing network: network <name> has active endpoints (…)"; predefined ones too. */
  remove(reference: string): Promise<void>;
  prune(filters: Filters): Promise<{ deleted: string[] }>;

  /** Id and canonical name, for the container's record at create. `not-found`: "network <ref> not found". */
  resolve(reference: string): Promise<{ id: string; name: string; driver: string }>;
  join(request: JoinRequest): Promise<Sandbox>;
  /**
   * After a join with `publishLater`: makes published ports work. Rejects where they can't be published; the caller
   * then stops the container and calls `leave`. Does nothing where nothing waits for it.
   */
  publishNow(container: string): Promise<void>;
  /** Idempotent. The namespace itself is torn down after the answer. */
  leave(container: string): Promise<void>;
  /** The container has another name now: its neighbours find it by that. Does nothing where it has no networking. */
  rename(container: string, name: string): Promise<void>;
  /** Connect to, disconnect from a network while running. Answers the endpoint as inspect shows it. */
  connect(container: string, endpoint: EndpointRequest): Promise<EndpointSettings>;
  disconnect(container: string, network: string): Promise<void>;
  /**
   * Publishes these ports of a running container instead of those that it has, all or nothing; what stays is not
   * touched. `listen` states its userland proxies to the keeper. `conflict` where a port is taken.
   */
  publish(
    container: string,
    request: PublishRequest,
    listen: (proxies: readonly ProxySpec[]) => Promise<void>,
  ): Promise<void>;
  /** Changes limits of a running container's traffic in a network; '' takes one away. See `limits.ts`. */
  limit(container: string, network: string, options: Readonly<Record<string, string>>): Promise<void>;
  /** `invalid`, `not-found`: what `limit` would refuse of an endpoint with these options. Answers them changed. */
  checkLimit(
    network: string,
    before: Readonly<Record<string, string>>,
    change: Readonly<Record<string, string>>,
  ): Record<string, string>;
  /** Changes a network while containers are in it. `forbidden` for predefined ones, `invalid`. */
  edit(reference: string, change: NetworkEdit): Promise<void>;
  /** Counters of the container's interfaces, for stats. */
  counters(container: string): Promise<Record<string, InterfaceCounters>>;
  /**
   * At start: states the firewall, makes the default bridge, keeps the sandboxes of running containers, gives back
   * everything else.
   */
  restore(running: ReadonlySet<string>): Promise<void>;
  /**
   * Refuses (`invalid`, in the words of inspect's "invalid endpoint settings:") what can't be had in that network; for
   * create and connect.
   */
  checkEndpoint(endpoint: EndpointRequest): void;
  /** A running container's networking as it is now, e.g. after `connect`; null where it has none. */
  sandbox(container: string): Sandbox | null;
  /** Proxies of a running container again, for a keeper that was started anew. */
  proxies(container: string): readonly ProxySpec[];
  close(): Promise<void>;
}

export interface InterfaceCounters {
  readonly rx_bytes: number;
  readonly rx_packets: number;
  readonly rx_errors: number;
  readonly rx_dropped: number;
  readonly tx_bytes: number;
  readonly tx_packets: number;
  readonly tx_errors: number;
  readonly tx_dropped: number;
}
