/**
 * The resolver that containers in user-defined networks have at 127.0.0.11: it knows the names of their neighbours
 * and asks others for the rest. Implemented by `embedded/` in the process that calls it, and by a keeper that has
 * that one inside, so that it answers while no daemon is there.
 */
import type { NameSpec } from '../../wire/names.ts';

/** A DNS server, on port 53. */
export interface Upstream {
  readonly address: string;
  /** From where it is asked: the host's network or the container's own. */
  readonly from: 'host' | 'container';
}

export interface Resolver {
  /** The address at which processes in a namespace find it. */
  readonly address: string;
  /** Replaces what was stated of that container before; resolves when the container is answered accordingly. */
  state(container: string, names: NameSpec): Promise<void>;
  /** Idempotent. From its end on no socket of it is in the container's namespace. */
  forget(container: string): Promise<void>;
}
