import type { RepositoryName } from '../names.ts';

/**
 * What may be done with a repository. `create` pushes, but never moves a tag that is there; `push` does both.
 * `catalog` is about the whole registry.
 */
export const actions = ['pull', 'create', 'push', 'delete', 'catalog'] as const;
export type Action = (typeof actions)[number];

/** What a request wants: an action on a repository, or on the registry as a whole (null). */
export interface Need {
  readonly action: Action;
  readonly name: RepositoryName | null;
}

/** Whom a request comes from, and what that one may do. */
export interface Grant {
  /** Null: not known by name. */
  readonly user: string | null;
  /** Whether a credential was looked at and found good, or none is needed. */
  readonly known: boolean;
  may(need: Need): boolean;
  /** True where another credential could open more: the refusal is then 401 with a challenge, else 403. */
  readonly canAskAgain: boolean;
}

export interface Authenticator {
  /** @throws UNAUTHORIZED for a credential that is wrong; TOOMANYREQUESTS */
  identify(authorization: string | undefined): Promise<Grant>;
  /** `WWW-Authenticate` for who wants this; null where nothing could help. */
  challenge(needs: readonly Need[]): string | null;
}

/** A registry without any authentication: everybody may do everything. */
export const openToAll: Authenticator = {
  identify: async () => ({ user: null, known: true, may: () => true, canAskAgain: false }),
  challenge: () => null,
};
