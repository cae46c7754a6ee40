/** What the embedded resolver is told of one container. */

/** A container's place in one network, as its neighbours and the host look for it. */
export interface NamedPlace {
  /** Full id of the network. */
  readonly network: string;
  readonly networkName: string;
  /** False: containers of that network do not find each other by name (the default bridge). */
  readonly neighbours: boolean;
  readonly names: readonly string[];
  /** IPv4 and IPv6, without prefix length. */
  readonly addresses: readonly string[];
  /** `target` (a container's name or the start of its id) is called `alias` too, by this container alone. */
  readonly links: readonly { readonly target: string; readonly alias: string }[];
}

export interface NameSpec {
  /** Of the container, without the slash. */
  readonly name: string;
  /** Path of the network namespace in which it is answered; null: nobody asks from there. */
  readonly namespace: string | null;
  /** Servers for names that are not the engine's; empty: those of the host, as they are when it is asked. */
  readonly servers: readonly string[];
  /** False: it is in internal networks alone, and nothing is asked for it from the host's network. */
  readonly outside: boolean;
  /**
   * Its resolv.conf has an `ndots` of its own, so names without a dot are completed before they are asked for; they
   * are then not passed on.
   */
  readonly ndots: boolean;
  readonly places: readonly NamedPlace[];
}
