/**
 * The resolver that containers in user-defined networks have at 127.0.0.11: it knows the names of their neighbours
 * and asks others for the rest.
 */

/** A DNS server, on port 53. */
export interface Upstream {
  readonly address: string;
  /** From where it is asked: the host's network or the container's own. */
  readonly from: 'host' | 'container';
}

/** What one container may know; read anew for each question, so it is always as things are. */
export interface NameView {
  /** @param name lower case; null where no neighbour has that name */
  addresses(name: string): readonly string[] | null;
  /** Name of a neighbour by its address; null where nobody has it. */
  nameOf(address: string): string | null;
  /** Tried in this order; empty: names from elsewhere are not looked up. */
  upstreams(): readonly Upstream[];
}

export interface Resolver {
  /** The address at which processes in the namespace find it. */
  readonly address: string;
  /** Begins to answer in a namespace. Replaces what was opened for that container before. */
  open(container: string, namespace: string, view: NameView): Promise<void>;
  /** Idempotent. */
  close(container: string): void;
  shutdown(): void;
}
