import type { ApiVersion } from '../../wire/api/versions.ts';

const signalSince: ApiVersion = 42;

/** Query of stop and restart; `t` in seconds. */
export function stopOptions(
  query: { readonly signal: string | undefined; readonly t: number | undefined },
  version: ApiVersion,
): { signal?: string; timeout?: number } {
  const signal = version < signalSince ? undefined : query.signal;
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(query.t === undefined ? {} : { timeout: query.t }),
  };
}
