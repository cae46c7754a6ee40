/**
 * How containers are connected.
 *
 * Glossary. *Network*: what containers of one kind share, known by its id. *Endpoint*: a container's place in one
 * network: an interface with addresses. *Publish*: make a container's port reachable at an address of the host.
 *
 * Promises that every driver keeps (`suite.ts`):
 * - `open`, `close` and `detach` are idempotent.
 * - A failed `attach` leaves nothing behind; nor does a crash at any point, once `restore` has run.
 * - `restore` mends what others broke, and takes away what belongs to networks and endpoints that it was not told of.
 */
export type IpVersion = 4 | 6;

export interface Subnet {
  readonly version: IpVersion;
  /** CIDR notation, host bits zero. */
  readonly subnet: string;
  /** The host's own address in it, without prefix length; null: it has none. */
  readonly gateway: string | null;
}

/** A network as drivers see it. */
export interface NetworkFacts {
  readonly id: string;
  readonly name: string;
  readonly internal: boolean;
  readonly subnets: readonly Subnet[];
  readonly options: Readonly<Record<string, string>>;
}

/** A port at an address of the host that leads to the endpoint. */
export interface PublishedPort {
  readonly proto: 'tcp' | 'udp' | 'sctp';
  /** Address of the host, never empty: `0.0.0.0` and `::` are all addresses of one version. */
  readonly hostIp: string;
  /** 0: no port of the host stands for it; the endpoint's own address is reached (routed networks). */
  readonly hostPort: number;
  readonly containerPort: number;
}

/** Where containers of a network without communication among them may talk nevertheless (`--link`). */
export interface LinkedPort {
  /** Address of the other container in the same network. */
  readonly peer: string;
  readonly proto: string;
  /** Port at the peer. */
  readonly port: number;
}

export interface EndpointFacts {
  readonly id: string;
  readonly network: string;
  /** Name of the interface inside, e.g. `eth0`. */
  readonly link: string;
  readonly mac: string;
  /** Without prefix length; null: none of this version. */
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  /** Link-local addresses of either version that the interface has besides, without prefix length. */
  readonly linkLocal: readonly string[];
  /** Next hop of the container's default route through this endpoint; null: its default route is elsewhere. */
  readonly defaultRoute4: string | null;
  readonly defaultRoute6: string | null;
  readonly ports: readonly PublishedPort[];
  readonly links: readonly LinkedPort[];
  readonly options: Readonly<Record<string, string>>;
}

/** What happens to published ports in a network. */
export interface Publishing {
  /** `none`: nothing is published; `routed`: ports are opened at the container's own address only. */
  readonly ipv4: 'nat' | 'routed' | 'none';
  readonly ipv6: 'nat' | 'routed' | 'none';
  /** Address of the host where a port is published that names none; null: all. */
  readonly hostIp: string | null;
  /** False: the driver knows nothing of ports, so that not even those that containers name are shown. */
  readonly shown: boolean;
}

/** Whether an address of the network is kept for a next hop that leads out of it. */
export interface Gateways {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

/** Of an endpoint nothing must be left. */
export interface GoneEndpoint {
  readonly facts: EndpointFacts;
  /** Path of the namespace in which it may still be; null: it has gone. */
  readonly namespace: string | null;
}

export interface Attached {
  /** Makes published ports work; once. Rejects where they can't: the caller then detaches. */
  publish(): Promise<void>;
}

export interface NetworkDriver {
  /** `bridge`, `macvlan`, `ipvlan`, `host`, `null`. */
  readonly name: string;
  /** There can be one network of it only, made by the engine. */
  readonly single: boolean;
  /** Endpoints are interfaces with addresses. Otherwise only `check` is ever called. */
  readonly attaches: boolean;
  /** Endpoints have MAC addresses of their own. */
  readonly ownMac: boolean;

  /** Refuses (`invalid`, `forbidden`, `conflict`) what can't be made. Reads nothing but its arguments. */
  check(network: NetworkFacts, others: readonly NetworkFacts[]): void;
  /** Name of the host's end of an endpoint's interface; absent: it has none. */
  hostLink?(endpoint: string): string;
  /**
   * Takes over other options of a network that is open, its endpoints included; absent: they can't change. Checked
   * before. What fails leaves it as it can be.
   */
  edit?(
    network: NetworkFacts,
    endpoints: readonly { readonly id: string; readonly link: string; readonly namespace: string }[],
  ): Promise<void>;
  /** Refuses (`invalid`) options of an endpoint that make no sense. */
  checkOptions(options: EndpointFacts['options']): void;
  publishing(network: NetworkFacts): Publishing;
  gateways(network: NetworkFacts): Gateways;
  /** Interfaces of the network in containers are named `<prefix><number>`. */
  linkPrefix(network: NetworkFacts): string;

  /** Addresses in CIDR notation that the host has in the network's device already, made by others or before. */
  found(network: NetworkFacts): Promise<readonly string[]>;
  /** Makes what the network needs on the host, or finds it there. */
  open(network: NetworkFacts): Promise<void>;
  /** Takes it away. No endpoint is left by then. */
  close(network: NetworkFacts): Promise<void>;
  /**
   * Makes a namespace at this path, and in it what its first endpoint will need; `endpoint` is the id that this endpoint
   * must have. It goes with the namespace where it is not used. Absent where nothing can be done before the network is
   * known.
   */
  prepare?(endpoint: string, namespace: string): Promise<void>;
  /**
   * Resolves when the interface works, from the first packet on. @param namespace path of the container's network
   * namespace
   */
  attach(endpoint: EndpointFacts, namespace: string): Promise<Attached>;
  /** States ports and default routes of an attached endpoint anew. */
  update(endpoint: EndpointFacts, namespace: string): Promise<void>;
  /**
   * From its return on the addresses can be used by others. `keep`: the container goes on, so the interface is taken
   * out of it; otherwise it goes with the namespace, which is removed soon.
   */
  detach(endpoint: string, options: { readonly namespace: string; readonly keep: boolean }): Promise<void>;
  /**
   * At start: all networks, the endpoints of running containers, and those that are to go: of containers that ended
   * meanwhile, and those that were being disconnected.
   */
  restore(
    networks: readonly NetworkFacts[],
    endpoints: { readonly running: readonly EndpointFacts[]; readonly gone: readonly GoneEndpoint[] },
  ): Promise<{ warnings: readonly string[] }>;
  /** Ends what runs by itself (watches). Takes nothing away. */
  shutdown(): Promise<void>;
}
