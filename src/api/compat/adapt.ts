/** How bodies and answers differ between API versions, as tables of small pure changes. */
import type { ApiVersion } from '../../wire/api/versions.ts';

export interface VersionRule<T> {
  /** Applies to versions below this one. */
  readonly before?: ApiVersion;
  /** Applies to this version and above. */
  readonly from?: ApiVersion;
  readonly why: string;
  /** May throw `invalid` for what a version can't say. */
  readonly apply: (value: T) => T;
}

const applies = <T>(rule: VersionRule<T>, version: ApiVersion): boolean =>
  version < (rule.before ?? Number.POSITIVE_INFINITY) && version >= (rule.from ?? 0);

/** `value` as that version knows it: the rules in their order. */
export function adapt<T>(rules: readonly VersionRule<T>[], version: ApiVersion, value: T): T {
  let adapted = value;
  for (const rule of rules) if (applies(rule, version)) adapted = rule.apply(adapted);
  return adapted;
}

/** A copy without one member. */
export function without<T extends object>(value: T, name: keyof T): T {
  const copy = { ...value };
  delete copy[name];
  return copy;
}
