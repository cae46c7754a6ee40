import { matchesAny } from '../patterns.ts';
import type { Action, Need } from './contract.ts';

export interface AccessRule {
  /** Names; `*`: everybody who is known by name. */
  readonly users: readonly string[];
  /** Also who is not known by name. */
  readonly anonymous: boolean;
  readonly repositories: readonly string[];
  readonly actions: readonly Action[];
}

/** As with no rules at all: whoever is known by name may do everything. */
export const allForUsers: readonly AccessRule[] = [
  { users: ['*'], anonymous: false, repositories: ['**'], actions: ['pull', 'push', 'delete', 'catalog'] },
];

const fitsUser = (rule: AccessRule, user: string | null): boolean =>
  user === null ? rule.anonymous : rule.anonymous || rule.users.includes('*') || rule.users.includes(user);

/** An action that another one brings along. */
const gives = (given: Action, wanted: Action): boolean =>
  given === wanted || (given === 'push' && wanted === 'create');

/** Rules add up: one that allows is enough. */
export function allows(rules: readonly AccessRule[], user: string | null, { action, name }: Need): boolean {
  return rules.some(
    (rule) =>
      fitsUser(rule, user) &&
      rule.actions.some((given) => gives(given, action)) &&
      (name === null || matchesAny(rule.repositories, name)),
  );
}
