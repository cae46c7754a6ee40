/**
 * The kernel's network stack as plans: a list of steps is data that can be printed, tested and handed to a thread.
 *
 * Implemented by `NetworkThread` (the kernel, by netlink, in one thread that may change its namespace) and by
 * `MemoryNetworkStack` (a double with the same rules).
 */
import type { IpvlanMode, LinkCounters, LinkKind, MacvlanMode } from '../netlink/link.ts';
import type { Shape } from '../netlink/qdisc.ts';

export type { IpvlanMode, LinkCounters, LinkKind, MacvlanMode, Shape };

/** Path of a bind-mounted network namespace; null is the one in which the daemon runs. */
export type Namespace = string | null;

export type Step =
  /** A new namespace with loopback up, bind-mounted on a new file `path`. */
  | { readonly do: 'add-namespace'; readonly path: string }
  /**
   * Takes the mount and the file away; also where there is none. The kernel takes down what is inside by itself once no
   * process is in it: some 30 ms later, a second or two where a dead process left a connection open.
   */
  | { readonly do: 'remove-namespace'; readonly path: string }
  | {
      readonly do: 'add-bridge';
      readonly name: string;
      readonly mtu?: number;
      /** Words by which whoever made it knows it again. */
      readonly alias?: string;
    }
  /** A pair, both ends down. */
  | {
      readonly do: 'add-veth';
      readonly name: string;
      readonly mtu: number;
      readonly peer: {
        readonly namespace: string;
        readonly name: string;
        readonly mac: string;
        /** False: as after `disable_ipv6`, from the first moment on. */
        readonly ipv6: boolean;
      };
    }
  /** A link of the host that leads nowhere. `alias`: words by which whoever made it knows it again. */
  | { readonly do: 'add-dummy'; readonly name: string; readonly alias: string }
  /** A link of the host for one 802.1q VLAN (1 to 4094) of another. */
  | {
      readonly do: 'add-vlan';
      readonly name: string;
      readonly parent: string;
      readonly id: number;
      readonly alias: string;
    }
  /** A link in a namespace that stands on a link of the host; down. `mac` null: the kernel picks one. */
  | {
      readonly do: 'add-macvlan';
      readonly namespace: string;
      readonly name: string;
      readonly parent: string;
      readonly mode: MacvlanMode;
      readonly mac: string | null;
    }
  /** The same, with the MAC address of its parent. */
  | ({
      readonly do: 'add-ipvlan';
      readonly namespace: string;
      readonly name: string;
      readonly parent: string;
    } & IpvlanMode)
  /** A link of the host becomes a port of a bridge and is up; it gets no IPv6 address, as ports need none. */
  | { readonly do: 'attach-port'; readonly name: string; readonly bridge: string; readonly hairpin: boolean }
  | {
      readonly do: 'set-link';
      readonly namespace: Namespace;
      readonly name: string;
      readonly up?: boolean;
      readonly mtu?: number;
      readonly mac?: string;
    }
  /**
   * Waits until the kernel passes on what goes through a link of the host that came up. It does so a little after
   * `up`, by work of its own (linkwatch), and drops what comes before: who asks for an address then is not answered,
   * and asks again a second later. A bridge needs this after its port. Kernels before 6.8 do not wait.
   */
  | { readonly do: 'settle-link'; readonly name: string }
  /** Takes a port off its bridge and sets it down: no packet goes on. Fine where there is no such link. */
  | { readonly do: 'detach-port'; readonly name: string }
  /** Nobody sees it afterwards; the kernel may be busy with its remains. Fine where there is no such link. */
  | { readonly do: 'delete-link'; readonly namespace: Namespace; readonly name: string }
  /** Fine where it is there already. */
  | {
      readonly do: 'add-address';
      readonly namespace: Namespace;
      readonly link: string;
      readonly cidr: string;
    }
  /** Fine where it is not there. */
  | {
      readonly do: 'delete-address';
      readonly namespace: Namespace;
      readonly link: string;
      readonly cidr: string;
    }
  /** `to` is `0.0.0.0/0` or `::/0` for the default route. Replaces a route to the same place. */
  | {
      readonly do: 'add-route';
      readonly namespace: Namespace;
      readonly link: string;
      readonly to: string;
      readonly via: string | null;
    }
  /** Fine where it is not there. */
  | {
      readonly do: 'delete-route';
      readonly namespace: Namespace;
      readonly link: string;
      readonly to: string;
      readonly via: string | null;
    }
  /** What is done to packets that a link sends, instead of what was done before; null: nothing. */
  | {
      readonly do: 'shape';
      readonly namespace: Namespace;
      readonly link: string;
      readonly shape: Shape | null;
    }
  /** `key` below /proc/sys, with slashes. `optional`: fine where the kernel has no such key. */
  | {
      readonly do: 'sysctl';
      readonly namespace: Namespace;
      readonly key: string;
      readonly value: string;
      readonly optional: boolean;
    };

export interface LinkState {
  readonly index: number;
  readonly name: string;
  /** `bridge`, `veth`, …; empty for what is no virtual link. */
  readonly kind: string;
  readonly up: boolean;
  readonly mtu: number;
  readonly mac: string;
  /** Name of the bridge that it is a port of. */
  readonly master: string | null;
  /** Empty: it has none. */
  readonly alias: string;
  /** CIDR notation, link-local ones left out. */
  readonly addresses: readonly string[];
  readonly counters: LinkCounters;
}

export interface RouteState {
  readonly link: string;
  readonly to: string;
  readonly via: string | null;
}

export interface NetworkState {
  readonly links: readonly LinkState[];
  readonly routes: readonly RouteState[];
}

/** A step that the kernel refused; the steps before it are done, those behind it may be. */
export class StepFailure extends Error {
  /** `EEXIST`, `ENODEV`, `ENOENT`, …; empty where no system call said it. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'StepFailure';
    this.code = code;
  }
}

/** Descriptors of this process, the caller's to close: a UDP socket, and a TCP one that listens. */
export interface ResolverSockets {
  readonly udp: number;
  readonly tcp: number;
}

/** Makes the sockets of a resolver for containers, in their namespaces. Throws the system's error. */
export interface ResolverHost {
  /** Sockets that get what processes in the namespace send to port 53 of `address`, which is one of loopback there. */
  openResolver(namespace: string, address: string): ResolverSockets;
  /**
   * A descriptor of a socket inside a namespace, the caller's to close. UDP: it may send to anybody; TCP: it is on its
   * way to the peer.
   */
  outgoing(namespace: string, transport: 'tcp' | 'udp', address: string, port: number): number;
}

export interface NetworkStack {
  /** In order. Throws `StepFailure`. */
  run(steps: readonly Step[]): Promise<void>;
  /** Throws `StepFailure` with `ENOENT` where there is no such namespace. */
  state(namespace: Namespace): Promise<NetworkState>;
  /** Whether the kernel has links of that kind. */
  supports(kind: LinkKind): Promise<boolean>;
  /** Value of a sysctl, trimmed; null where the kernel has none. */
  sysctl(namespace: Namespace, key: string): Promise<string | null>;
  /**
   * A number that changes whenever somebody changes rules of nf_tables in the daemon's namespace; null where the
   * kernel has none.
   */
  filterGeneration(): Promise<number | null>;
  /** Paths of the files in a folder of namespaces; empty where there is no such folder. */
  namespaces(folder: string): Promise<string[]>;
  close(): Promise<void>;
}
