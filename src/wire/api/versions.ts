/** Versions of the Engine API. Majors never moved on from 1, so a version is its minor number: 51 is "1.51". */
export type ApiVersion = number;

/** Newest version served; a request without a version in its path means this one. */
export const maxVersion: ApiVersion = 51;
/** Oldest version served. */
export const minVersion: ApiVersion = 24;

export const showVersion = (version: ApiVersion): string => `1.${version}`;

/** Component-wise, missing ones count as 0: negative where `a` is older. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export type JudgedVersion =
  | { readonly verdict: 'served'; readonly version: ApiVersion }
  | { readonly verdict: 'too-new' | 'too-old'; readonly message: string };

/** @param text what stands behind the `v` in the path: digits and dots */
export function judgeVersion(text: string): JudgedVersion {
  const parts = text.split('.').map(Number);
  if (compare(parts, [1, maxVersion]) > 0) {
    const newest = showVersion(maxVersion);
    return {
      verdict: 'too-new',
      message: `client version ${text} is too new. Maximum supported API version is ${newest}`,
    };
  }
  if (compare(parts, [1, minVersion]) < 0) {
    const oldest = showVersion(minVersion);
    return {
      verdict: 'too-old',
      message: `client version ${text} is too old. Minimum supported API version is ${oldest}, please upgrade your client to a newer version`,
    };
  }
  return { verdict: 'served', version: parts[1] ?? 0 };
}
